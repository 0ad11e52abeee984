// Helps while an agent writes: keeps what is typed on the server, puts templates in at the cursor, and sends once.
const form = document.querySelector("[data-composer]");
const state = document.querySelector("[data-draft-state]");
const PAUSE = 1200;
let timer = 0;
let leaving = false;

async function keep() {
  clearTimeout(timer);
  timer = 0;
  const data = new FormData(form);
  data.delete("files");
  data.set("autosave", "on");
  try {
    const response = await fetch(form.dataset.draftUrl, {
      method: "POST",
      body: data,
      headers: { Accept: "application/json" },
      keepalive: true,
    });
    const answer = await response.json();
    if (answer.version !== undefined) form.elements.draft.value = answer.version;
    if (state) state.textContent = answer.done || answer.error || "";
  } catch {
    if (state) state.textContent = "";
  }
}

form.addEventListener("input", (event) => {
  if (!event.target.matches("textarea") || leaving) return;
  clearTimeout(timer);
  timer = setTimeout(keep, PAUSE);
});

// Leaving by a link or a form of its own: what was typed since the last pause goes along.
window.addEventListener("pagehide", () => {
  if (timer && !leaving) keep();
});

// uploads.js holds the form back while files are on their way; then this hears of it when it really goes.
form.addEventListener("submit", (event) => {
  if (leaving) {
    event.preventDefault();
    return;
  }
  leaving = true;
  clearTimeout(timer);
  event.submitter?.setAttribute("aria-busy", "true");
});

// Back from the next page by the browser's cache: the form may be sent again.
window.addEventListener("pageshow", () => {
  leaving = false;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

// What the agent is asked about comes first to eyes, ears and keyboard; after the browser went to #composer.
window.addEventListener("load", () => requestAnimationFrame(() => document.getElementById("findings")?.focus()));

// Enter in a line presses the button that belongs to it.
form.addEventListener("keydown", (event) => {
  const button = event.key === "Enter" && !event.isComposing && document.getElementById(event.target.dataset.enter);
  if (!button) return;
  event.preventDefault();
  button.click();
});

const templates = JSON.parse(document.getElementById("reply-templates")?.textContent || "[]");
const reply = form.querySelector('textarea[name="text"]');

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-template]");
  const template = link && templates.find((one) => String(one.id) === link.dataset.template);
  if (!template || !reply) return;
  event.preventDefault();
  link.closest("details").open = false;
  const before = reply.value.slice(0, reply.selectionStart);
  const gap = before && !before.endsWith("\n") ? "\n\n" : "";
  reply.setRangeText(gap + template.text, reply.selectionStart, reply.selectionEnd, "end");
  reply.focus();
  reply.dispatchEvent(new Event("input", { bubbles: true }));
});

function showPane() {
  const chosen = document.querySelector('input[name="compose"]:checked')?.value;
  document.querySelector(`.pane-${chosen} textarea`)?.focus();
}
for (const radio of document.querySelectorAll('input[name="compose"]')) radio.addEventListener("change", showPane);
