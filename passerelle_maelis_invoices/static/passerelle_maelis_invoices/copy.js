/* A "Copier" button after each <code data-copy>; the text can be selected by hand without it. */
(function () {
  'use strict';

  function absolute(text) {
    return text.startsWith('/') ? new URL(text, document.location.origin).href : text;
  }

  function select(element) {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  /* The clipboard is for secure pages only; elsewhere the text is left selected. */
  function copy(element, button) {
    select(element);
    if (!navigator.clipboard) {
      return;
    }
    navigator.clipboard.writeText(absolute(element.textContent)).then(function () {
      button.textContent = 'Copié';
      setTimeout(function () { button.textContent = 'Copier'; }, 2000);
    });
  }

  function addButton(element) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'maelis-copy';
    button.textContent = 'Copier';
    button.addEventListener('click', function () { copy(element, button); });
    element.after(button);
  }

  document.addEventListener('DOMContentLoaded', function () {
    document.querySelectorAll('code[data-copy]').forEach(addButton);
  });
})();
