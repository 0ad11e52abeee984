// Files beside a form: picked, dropped, pasted or photographed, sent one by one as soon as they are chosen.
//
// A place for files is an element with
//   data-uploads                  the place itself, inside a <form> with a CSRF token
//   data-upload-url               POST of one file under the name of the place's file field; answers JSON
//                                 {"files": [{name, state, thumb, url, remove}], "refused": ["sentence"]}
//   data-max-mb, data-max-files   limits, told before anything is sent
//   data-text-*                   its words: sending, too-large, too-many, failed, remove, not-removed
// and holds [data-uploads-list], [data-uploads-errors], a <template data-upload-row> and its file fields in a
// [data-dropzone]. Buttons [data-remove] in the list have the address to POST to as their formaction.
// Without this script the same fields and buttons send the whole form.

const AT_ONCE = 2;
const waiting = [];
let running = 0;
let held = null; // a form that was sent while files were still on their way

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const token = (place) => place.closest("form").querySelector("[name=csrfmiddlewaretoken]").value;
const list = (place) => place.querySelector("[data-uploads-list]");

function complain(place, sentences) {
  const box = place.querySelector("[data-uploads-errors]");
  box.replaceChildren(...sentences.map((sentence) => Object.assign(document.createElement("p"), { textContent: sentence })));
}

function newRow(place, file) {
  const row = place.querySelector("template[data-upload-row]").content.firstElementChild.cloneNode(true);
  row.querySelector("[data-name]").textContent = file.name;
  row.querySelector("[data-state]").textContent = place.dataset.textSending;
  row.querySelector("[data-remove]").setAttribute("aria-label", fill(place.dataset.textRemove, { name: file.name }));
  list(place).append(row);
  return row;
}

function finished(row, file) {
  row.className = "upload upload-done";
  row.querySelector("progress").remove();
  row.querySelector("[data-name]").textContent = file.name;
  row.querySelector("[data-state]").textContent = file.state;
  row.querySelector("[data-remove]").formAction = file.remove;
  if (file.thumb) {
    const thumb = Object.assign(document.createElement("img"), { src: file.thumb, alt: "" });
    row.querySelector("[data-thumb]").replaceChildren(thumb);
  }
}

function failed(row, sentence) {
  row.className = "upload upload-failed";
  row.querySelector("progress")?.remove();
  row.querySelector("[data-state]").textContent = sentence;
  letGo(row);
}

// Sent as it is now, the form would not have the files that the person saw: they look first, and press the button again.
function letGo(row) {
  if (!held) return;
  held.button?.removeAttribute("aria-busy");
  held = null;
  row.scrollIntoView({ block: "center" });
}

function send({ place, file, row, field }) {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("csrfmiddlewaretoken", token(place));
  body.append(field, file, file.name);
  let arrived = false;
  request.upload.addEventListener("load", () => (arrived = true));
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) row.querySelector("progress").value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("loadend", () => {
    delete row.cancel;
    const answer = typeof request.response === "object" ? request.response : null;
    if (answer?.files?.length) finished(row, answer.files[0]);
    else if (!row.hidden) failed(row, answer?.refused?.[0] ?? place.dataset.textFailed);
    if (row.hidden) remove(row);
    running -= 1;
    next();
  });
  // What has arrived whole is stored, whatever we do here: it is removed as soon as the answer tells its address.
  row.cancel = () => {
    if (!arrived) request.abort();
  };
  request.open("POST", place.dataset.uploadUrl);
  request.responseType = "json";
  request.setRequestHeader("Accept", "application/json");
  request.send(body);
}

function next() {
  // What is being removed takes up room on the server until it is gone.
  while (running < AT_ONCE && waiting.length && !document.querySelector(".upload[hidden]")) {
    const job = waiting.shift();
    if (!job.row.isConnected) continue;
    running += 1;
    send(job);
  }
  if (running || !held) return;
  const { form, button } = held;
  held = null;
  button?.removeAttribute("aria-busy");
  form.requestSubmit(button);
}

function take(place, files) {
  const field = place.querySelector("input[type=file]").name;
  const complaints = [];
  for (const file of files) {
    const room = Number(place.dataset.maxFiles) - list(place).querySelectorAll(".upload:not(.upload-failed, [hidden])").length;
    if (room <= 0) complaints.push(fill(place.dataset.textTooMany, { name: file.name }));
    else if (file.size > Number(place.dataset.maxMb) * 1024 * 1024) complaints.push(fill(place.dataset.textTooLarge, { name: file.name }));
    else waiting.push({ place, file, field, row: newRow(place, file) });
  }
  complain(place, complaints);
  next();
}

async function remove(row) {
  const place = row.closest("[data-uploads]");
  const button = row.querySelector("[data-remove]");
  row.hidden = true;
  if (row.cancel) return row.cancel();
  if (!button.hasAttribute("formaction")) return row.remove();
  const body = new FormData();
  body.append("csrfmiddlewaretoken", token(place));
  running += 1;
  const headers = { Accept: "application/json" };
  const answer = await fetch(button.formAction, { method: "POST", body, headers }).catch(() => null);
  if (answer?.ok || answer?.status === 404) row.remove();
  else {
    row.hidden = false;
    row.querySelector("[data-state]").textContent = place.dataset.textNotRemoved;
    letGo(row);
  }
  running -= 1;
  next();
}

// A paste goes where the person is, or else to the first place that is still empty.
function placeForPaste() {
  const places = [...document.querySelectorAll("[data-uploads]")];
  const near = document.activeElement?.closest("[data-uploads], [data-slot]");
  const here = near?.matches("[data-uploads]") ? near : near?.querySelector("[data-uploads]");
  return here ?? places.find((place) => !list(place).children.length) ?? places.at(-1);
}

document.addEventListener("change", (event) => {
  const place = event.target.matches("input[type=file]") && event.target.closest("[data-uploads]");
  if (!place) return;
  const files = [...event.target.files];
  event.target.value = "";
  take(place, files);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-uploads] [data-remove]");
  if (!button) return;
  event.preventDefault();
  remove(button.closest(".upload"));
});

document.addEventListener("paste", (event) => {
  // Word and Excel put a picture of the text beside it: who pastes into a text field wants the text.
  if (event.target.closest("textarea, input") && event.clipboardData?.types.includes("text/plain")) return;
  const files = [...(event.clipboardData?.files ?? [])];
  const place = files.length && placeForPaste();
  if (!place) return;
  event.preventDefault();
  take(place, files);
});

for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const zone = event.target.closest?.("[data-dropzone]");
    const holdsFiles = event.dataTransfer?.types.includes("Files");
    if (!holdsFiles) return;
    event.preventDefault(); // a file dropped beside the zone must not replace the page
    if (!zone) return;
    zone.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
    if (kind === "drop") take(zone.closest("[data-uploads]"), [...event.dataTransfer.files]);
  });
}

// What is on its way still arrives before the form goes. Caught before any other listener hears of the submit.
document.addEventListener(
  "submit",
  (event) => {
    if (!(running || waiting.length) || !event.target.querySelector("[data-uploads]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held = { form: event.target, button: event.submitter };
    event.submitter?.setAttribute("aria-busy", "true");
  },
  true,
);
