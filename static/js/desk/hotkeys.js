// A key for what carries data-hotkey: "/" puts the cursor into the search, "mod+Enter" presses the button that sends.
const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const withModifier = event.ctrlKey || event.metaKey;
  if (event.altKey || event.isComposing) return;
  if (!withModifier && isTyping(event.target)) return;
  const key = withModifier ? `mod+${event.key}` : event.key;
  const element = document.querySelector(`[data-hotkey="${CSS.escape(key)}"]`);
  if (!element || element.closest("[hidden]") || !element.checkVisibility()) return;
  event.preventDefault();
  if (element.matches("input, textarea")) element.focus();
  else element.click();
});
