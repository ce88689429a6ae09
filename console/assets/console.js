// Nothing here is needed: each page works without it.
"use strict";

// "/" goes to the search box, as in many applications.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const search = document.querySelector("input[type=search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// Times in the reader's own zone and habit, in the language of the page. The
// exact one in UTC stays in the title.
const page = document.documentElement.lang;
const language = navigator.languages.find((own) => own.split("-")[0] === page.split("-")[0]) ?? page;
const minute = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const second = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
for (const time of document.querySelectorAll("time[datetime]")) {
  time.textContent = (time.classList.contains("second") ? second : minute).format(new Date(time.dateTime));
}
for (const note of document.querySelectorAll(".zone")) {
  note.textContent = note.dataset.local;
}
