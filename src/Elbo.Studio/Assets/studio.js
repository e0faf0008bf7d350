"use strict";

/** What the pages ask of the browser. */
window.elboStudio = {
  recall: key => localStorage.getItem(key),
  remember: (key, value) => localStorage.setItem(key, value),
  dark: on => { document.documentElement.dataset.theme = on ? "dark" : "light"; },
  copy: text => navigator.clipboard.writeText(text),
};
