'use strict';

// Parts marked data-live fetch themselves again while the page is visible; the server says when it is over
// by no longer marking them. Without JavaScript every page works, one reload at a time.

const withoutToken = (html) => html.replace(/(name="csrfmiddlewaretoken" value=")[^"]*/g, '$1');

function parse(html) {
  const template = document.createElement('template');
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

function focusedControl(part) {
  const active = document.activeElement;
  if (!part.contains(active) || !active.name) return null;
  return active.id ? `#${active.id}` : `[name="${active.name}"][value="${active.value}"]`;
}

function replace(part, html) {
  const fresh = parse(html);
  if (!fresh) return part;
  if (withoutToken(fresh.outerHTML) === withoutToken(part.outerHTML)) return part;
  const focus = focusedControl(part);
  const opened = [...part.querySelectorAll('details')].map((details) => details.open);
  part.replaceWith(fresh);
  fresh.querySelectorAll('details').forEach((details, rank) => { details.open = Boolean(opened[rank]); });
  if (focus) fresh.querySelector(focus)?.focus();
  equip(fresh);
  return fresh;
}

function equip(part) {
  part.querySelectorAll('form[data-fragment]').forEach(sendQuietly);
  part.querySelectorAll('form[data-at-once]').forEach(sendAtOnce);
}

async function fetchInto(part, url, options) {
  const answer = await fetch(url, { headers: { 'X-Fragment': '1' }, ...options });
  return answer.ok ? replace(part, await answer.text()) : part;
}

function keepAlive(part) {
  if (!part.dataset.live) return;
  setTimeout(async () => {
    const current = document.getElementById(part.id);
    if (!current) return;
    if (document.hidden) return keepAlive(current);
    try {
      keepAlive(await fetchInto(current, current.dataset.live));
    } catch {
      keepAlive(current);
    }
  }, Number(part.dataset.every));
}

function sendQuietly(form) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    const part = form.closest('[data-live]');
    part.setAttribute('aria-busy', 'true');
    try {
      await fetchInto(part, form.action, { method: 'POST', body });
    } finally {
      document.getElementById(part.id)?.removeAttribute('aria-busy');
    }
  });
}

function sendAtOnce(form) {
  form.querySelector('button').hidden = true;
  form.querySelector('select').addEventListener('change', () => form.requestSubmit());
}

function preferPart() {
  const part = document.getElementById('id_part');
  const radio = document.querySelector('input[name="how_much"][value="part"]');
  part?.addEventListener('input', () => { radio.checked = true; });
}

document.querySelectorAll('[data-live]').forEach(keepAlive);
equip(document);
preferPart();
