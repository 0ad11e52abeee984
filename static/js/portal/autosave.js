// Keeps what is typed while it is typed: a form with data-autosave-url sends its words there after a short pause.
// Files go their own way (uploads.js); nothing waits for the answer.
const PAUSE = 1500;

for (const form of document.querySelectorAll("form[data-autosave-url]")) {
  let timer = null;

  const save = (options = {}) => {
    clearTimeout(timer);
    timer = null;
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    fetch(form.dataset.autosaveUrl, { method: "POST", body, headers: { Accept: "application/json" }, ...options }).catch(() => {});
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  window.addEventListener("pagehide", () => {
    if (timer) save({ keepalive: true });
  });
}
