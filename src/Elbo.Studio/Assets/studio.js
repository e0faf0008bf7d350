"use strict";

/** What the pages ask of the browser. */
window.elboStudio = {
  isDark: () => document.documentElement.dataset.theme === "dark",
  setDark: dark => {
    localStorage.setItem("elbo-theme", dark ? "dark" : "light");
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  },
  /** Puts a text into a file among the downloads. */
  save: (name, type, text) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  },
  /** Puts a text into the clipboard, which pages of other machines without TLS reach by a selection only. */
  copy: text => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  },
};

// The choice of the user outlives that of the system. It is known before anything is drawn.
document.documentElement.dataset.theme =
  localStorage.getItem("elbo-theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
