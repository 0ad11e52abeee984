// A link with data-lightbox opens its picture in the page's one dialog; without scripts it is a plain link to it.
// The arrow keys go through all pictures of the page.
const dialog = document.querySelector("[data-lightbox-dialog]");
const image = dialog?.querySelector("[data-lightbox-image]");
const title = dialog?.querySelector("[data-lightbox-title]");
let shown = null;

function show(link) {
  shown = link;
  image.src = link.href;
  image.alt = title.textContent = link.title || link.querySelector("img")?.alt || "";
  if (!dialog.open) dialog.showModal();
}

function step(by) {
  const all = [...document.querySelectorAll("a[data-lightbox]")].filter((link) => link.querySelector("img"));
  const next = all[all.indexOf(shown) + by];
  if (next) show(next);
}

if (dialog) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-lightbox]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") step(1);
    if (event.key === "ArrowLeft") step(-1);
  });
  dialog.addEventListener("close", () => {
    image.removeAttribute("src");
    shown?.focus();
  });
}
