// Keeps what is typed while it is typed: a form with data-autosave-url sends its words there after a short pause.
// Files go their own way (uploads.js); nothing waits for the answer.
const PAUSE = 1500;

for (const form of document.querySelectorAll("form[data-autosave-url]")) {
  let timer = null;
  let saving = null; // stops the save that is on its way

  // What is to be sent now, or saved anew, needs no older save: one that came in late would bring it back as a draft.
  const stop = () => {
    clearTimeout(timer);
    timer = null;
    saving?.abort();
  };

  const save = (options = {}) => {
    stop();
    saving = new AbortController();
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    const headers = { Accept: "application/json" };
    fetch(form.dataset.autosaveUrl, { method: "POST", body, headers, signal: saving.signal, ...options }).catch(() => {});
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", stop);
  window.addEventListener("pagehide", () => {
    if (timer) save({ keepalive: true });
  });
}
