// A key for what carries data-hotkey: "/" puts the cursor into the search, "mod+Enter" presses the button that sends.
// Several keys stand with spaces in between. While somebody types, only "mod+Enter" is one: "mod+z" is the browser's.
const isTyping = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const isShown = (element) => !element.closest("[hidden]") && element.checkVisibility();

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.isComposing) return;
  const key = event.ctrlKey || event.metaKey ? `mod+${event.key}` : event.key;
  if (key !== "mod+Enter" && isTyping(event.target)) return;
  const element = [...document.querySelectorAll(`[data-hotkey~="${CSS.escape(key)}"]`)].find(isShown);
  if (!element) return;
  event.preventDefault();
  if (element.matches("input, textarea")) element.focus();
  else element.click();
});
