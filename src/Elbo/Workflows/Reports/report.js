// Without this, the last picture of each series stands there alone.
for (const figure of document.querySelectorAll("figure[data-series]")) {
  const pictures = figure.querySelectorAll("img");
  const slider = figure.querySelector("input");
  const output = figure.querySelector("output");
  const link = figure.querySelector("figcaption a");
  figure.querySelector(".slider").hidden = pictures.length < 2;
  slider.addEventListener("input", () => {
    pictures.forEach((picture, i) => { picture.hidden = i !== Number(slider.value); });
    const { caption, file } = pictures[slider.value].dataset;
    output.value = slider.ariaValueText = caption;
    link.href = file;
  });
}
