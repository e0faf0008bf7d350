"use strict";

/** What the page Train asks of the browser. */
window.elboTrain = {
  /** Brings an element into view and gives it the focus. */
  focus(id) {
    const element = document.getElementById(id);
    const isTall = element?.offsetHeight > window.innerHeight / 2;
    element?.scrollIntoView({ block: isTall ? "start" : "center" });
    element?.focus({ preventScroll: true });
  },

  /** Refuses too many dropped files before their names are sent to the server, and shows where to drop them. */
  guard(zone, most, page) {
    zone.addEventListener("change", event => {
      const count = event.target.files?.length ?? 0;
      if (count <= most)
        return;
      event.stopPropagation();
      event.target.value = "";
      page.invokeMethodAsync("RefuseAsync", count);
    }, true);
    const mark = on => zone.classList.toggle("over", on);
    zone.addEventListener("dragenter", () => mark(true));
    zone.addEventListener("dragleave", event => mark(zone.contains(event.relatedTarget)));
    zone.addEventListener("drop", () => mark(false));
  },
};
