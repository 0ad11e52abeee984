// Tells with each form in which time zone its reader lives, so that promises are told in it.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const field of document.querySelectorAll("input[data-time-zone]")) field.value = zone ?? "";
