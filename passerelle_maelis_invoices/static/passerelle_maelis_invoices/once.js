/* A form of class "maelis-once" is sent once, however often its button is pressed. */
(function () {
  'use strict';

  document.addEventListener('submit', function (event) {
    const form = event.target;
    if (!form.classList.contains('maelis-once')) {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
    }
    form.dataset.sent = 'yes';
  });

  /* A page that the browser kept and shows again may be sent again; the server sees to the rest. */
  window.addEventListener('pageshow', function () {
    document.querySelectorAll('form.maelis-once').forEach(function (form) { delete form.dataset.sent; });
  });
})();
