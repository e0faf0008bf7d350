"use strict";

/** The keys of the page that labels images. */
window.elboLabel = (() => {
  const keys = ["s", "u", "b", "arrowright", "arrowleft", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
  // Elements for which letters, digits or arrows mean something else.
  const takers =
    "input, textarea, select, [contenteditable], [role=radio], [role=slider], [role=option], [role=listbox]";
  let listener = null;

  function detach() {
    if (listener) document.removeEventListener("keydown", listener);
    listener = null;
  }

  return {
    /** Passes keys on to the page, each after the last is done, with the image that was shown. */
    attach(page, typing) {
      detach();
      let last = Promise.resolve();
      listener = event => {
        const desk = document.querySelector(".desk");
        if (!desk || event.altKey) return;
        if (event.target.closest?.(takers)) {
          if (event.key === "Escape" && event.target.id === "class-name") event.target.blur();
          return;
        }
        const key = event.key.toLowerCase();
        const undo = (event.ctrlKey || event.metaKey) && key === "z" && !event.shiftKey;
        if (!undo && (event.ctrlKey || event.metaKey)) return;
        if (key === "n" || key === "/") {
          event.preventDefault();
          document.getElementById("class-name").focus();
        } else if (undo || keys.includes(key)) {
          event.preventDefault();
          // A key that is held down would label images that nobody has seen.
          if (event.repeat && !key.startsWith("arrow")) return;
          const image = desk.dataset.image;
          last = last.then(() => page.invokeMethodAsync("Press", event.key, image)).catch(() => {});
        }
      };
      document.addEventListener("keydown", listener);
      // On a small screen, what stands above leaves no room for the classes.
      if (matchMedia("(max-width: 60rem)").matches) document.querySelector(".desk")?.scrollIntoView();
      if (typing) document.getElementById("class-name")?.focus({ preventScroll: true });
    },
    detach,
    /** Leaves the field of the name, so that digits are keys again. */
    leaveName: () => document.getElementById("class-name")?.blur(),
  };
})();
