"use strict";
// Copies a table as tab-separated text. Works from a file opened by double click, where the
// clipboard interface of a secure page is missing: then a text field is selected and copied.
function cellText(cell) {
  const words = cell.textContent.trim().replace(/\s+/g, " ");
  // A spreadsheet would run a cell that begins like a formula.
  return /^[=+@]|^-(?![\d.])/.test(words) ? "'" + words : words;
}
function tableText(table) {
  return Array.from(table.rows, (row) => Array.from(row.cells, cellText).join("\t")).join("\n");
}
function copyField(words) {
  const field = document.createElement("textarea");
  field.value = words;
  document.body.appendChild(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
function say(button, words) {
  button.textContent = words;
  setTimeout(() => { button.textContent = "Copy table"; }, 1500);
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  const words = tableText(button.closest("table"));
  const byField = () => say(button, copyField(words) ? "Copied" : "Select and copy by hand");
  if (navigator.clipboard && window.isSecureContext) {
    navigator.clipboard.writeText(words).then(() => say(button, "Copied"), byField);
  } else {
    byField();
  }
});
window.addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details")) part.open = true;
});
