// Small comforts. Every page works without this file.

for (const area of document.querySelectorAll("textarea[maxlength]")) {
  const counter = document.createElement("p");
  counter.className = "counter";
  counter.setAttribute("aria-hidden", "true");
  const count = () => {
    const left = area.maxLength - area.value.length;
    counter.textContent = `${area.value.length} / ${area.maxLength}`;
    counter.classList.toggle("counter--low", left < area.maxLength / 10);
  };
  area.addEventListener("input", count);
  area.after(counter);
  count();
}

for (const summary of document.querySelectorAll("[data-focus]")) summary.focus();

// Beside a wide form the overview is seen whole in any case; whoever reads the markup learns it by the attribute.
for (const fold of document.querySelectorAll(".overview__fold")) fold.open = matchMedia("(min-width: 62em)").matches;

// A link to a part of a form opens it.
for (const link of document.querySelectorAll(".overview a")) {
  link.addEventListener("click", () => {
    const part = document.querySelector(link.hash);
    if (part.matches("details")) part.open = true;
  });
}

// A menu closes with Escape and when something else gets the focus.
for (const menu of document.querySelectorAll("details.menu, details.site-menu")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}

// On a narrow screen these rows scroll sideways: they begin where the visitor is.
for (const here of document.querySelectorAll(".desk__nav [aria-current], .tabs [aria-current]")) {
  const row = here.closest(".desk__nav, .tabs");
  row.scrollLeft += here.getBoundingClientRect().left - row.getBoundingClientRect().left - 16;
}

// What was chosen is seen before it is sent; a format that the browser cannot draw is not shown.
async function drawChosen(zone, file) {
  zone.querySelector("canvas")?.remove();
  const picture = file && await createImageBitmap(file, { resizeWidth: 480, resizeQuality: "medium" }).catch(() => null);
  if (!picture) return;
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.setAttribute("aria-hidden", "true");
  canvas.getContext("2d").drawImage(picture, 0, 0);
  zone.append(canvas);
}

for (const zone of document.querySelectorAll(".dropzone")) {
  const input = zone.querySelector("input[type=file]");
  const over = (on) => (event) => {
    event.preventDefault();
    zone.classList.toggle("is-over", on);
  };
  input.addEventListener("change", () => drawChosen(zone, input.files[0]));
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", (event) => {
    over(false)(event);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// What was typed is not lost by a stray click; sending the form is meant.
for (const form of document.querySelectorAll("form[method=post].form")) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
