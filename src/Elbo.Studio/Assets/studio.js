"use strict";

/** What the pages ask of the browser. */
window.elboStudio = {
  recall: key => localStorage.getItem(key),
  remember: (key, value) => localStorage.setItem(key, value),
  dark: on => { document.documentElement.dataset.theme = on ? "dark" : "light"; },
  /** Puts a text into a file among the downloads. */
  save: (name, type, text) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  },
  copy: text => navigator.clipboard.writeText(text),
};
