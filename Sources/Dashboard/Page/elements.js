'use strict';

// What is on the page is made of elements, and what came from the journal is set as text: nothing is ever read as markup.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'on') for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else element.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

/** An HTML element. */
const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

/** An SVG element. */
const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** A name or text that somebody else chose: kept apart from the text around it, whichever way it is written. */
const named = (text) => h('span', { class: 'name' }, text);

const unseen = (text) => h('span', { class: 'unseen' }, text);

function section(title, ...content) {
  const id = 'h-' + title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return h('section', { 'aria-labelledby': id }, h('h2', { id }, title), ...content);
}

// Status: always a shape and a word, never a colour alone.

const LOOKS = {
  completed: ['ok', 'i-ok'], loaded: ['ok', 'i-ok'], approved: ['ok', 'i-ok'], succeeded: ['ok', 'i-ok'],
  partial: ['part', 'i-part'], completed_with_errors: ['part', 'i-part'], changed: ['part', 'i-part'],
  failed: ['bad', 'i-bad'], rejected: ['bad', 'i-bad'], halted: ['bad', 'i-bad'], lost: ['bad', 'i-bad'],
  reverted: ['part', 'i-undo'], interrupted: ['part', 'i-undo'], superseded: ['none', 'i-none'],
  pending: ['wait', 'i-wait'], open: ['wait', 'i-wait'], in_progress: ['wait', 'i-wait'],
};

const look = (status) => LOOKS[status] || ['none', 'i-none'];

const icon = (id) => s('svg', { class: 'icon', 'aria-hidden': 'true' }, s('use', { href: '#' + id }));

const words = (text) => text.replaceAll('_', ' ');

/** A status with its shape. */
function tag(status, text) {
  const [tone, shape] = look(status);
  return h('span', { class: 'tag ' + tone }, icon(shape), text || words(status));
}

// Numbers and moments, the same in every browser's language.

const whole = (number) => Math.round(number).toString().replace(/\B(?=(\d{3})+$)/g, ',');

const counted = (number, noun) => `${whole(number)} ${noun}${number === 1 ? '' : noun.endsWith('x') ? 'es' : 's'}`;

function short(number) {
  if (number >= 1e9) return (number / 1e9).toFixed(1) + 'G';
  if (number >= 1e6) return (number / 1e6).toFixed(1) + 'M';
  return number >= 1e4 ? Math.round(number / 1e3) + 'k' : whole(number);
}

const percent = (part, all) => (all ? Math.round((part / all) * 100) : 0);

function lasted(milliseconds) {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes >= 2880) return counted(Math.round(minutes / 1440), 'day');
  return `${Math.floor(minutes / 60)} h` + (minutes % 60 ? ` ${minutes % 60} min` : '');
}

const dollars = (amount) => '$' + amount.toFixed(amount > 0 && amount < 0.1 ? 4 : 2);

function bytes(number) {
  const size = Math.abs(number);
  if (size < 1000) return `${number} B`;
  const [unit, name] = size < 1e6 ? [1e3, 'kB'] : size < 1e9 ? [1e6, 'MB'] : [1e9, 'GB'];
  return `${(number / unit).toFixed(1)} ${name}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A day such as 12 Jan, of `yyyy-mm-dd`. */
const dayName = (day) => `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1]}`;

/** A moment such as 12 Jan 2026, 10:30 UTC. */
function moment(milliseconds) {
  const text = new Date(milliseconds).toISOString();
  return `${dayName(text)} ${text.slice(0, 4)}, ${text.slice(11, 16)} UTC`;
}

function age(milliseconds) {
  const minutes = Math.round((now() - milliseconds) / 60000);
  if (minutes < -1) return 'ahead of the clock';
  if (minutes < 1) return 'just now';
  if (minutes < 60) return counted(minutes, 'minute') + ' ago';
  if (minutes < 48 * 60) return counted(Math.round(minutes / 60), 'hour') + ' ago';
  return counted(Math.round(minutes / 1440), 'day') + ' ago';
}

/** How long ago, with the moment itself for those who ask. */
const ago = (milliseconds) =>
  h('time', { datetime: new Date(milliseconds).toISOString(), title: moment(milliseconds), class: 'quiet small' },
    age(milliseconds));

// Links within the page. Names are part of the address, so they are encoded.

const runLink = (run, ...content) => h('a', { href: '#/run/' + encodeURIComponent(run) }, content.length ? content : named(runName(run)));

const sourceLink = (key, source) =>
  h('a', { href: `#/source/${encodeURIComponent(key)}/${encodeURIComponent(source)}` }, named(source));

/** A run by when it began: run_20260112_103000 is 12 Jan, 10:30. */
function runName(run) {
  const parts = /^run_(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)$/.exec(run);
  return parts ? `${Number(parts[3])} ${MONTHS[Number(parts[2]) - 1] || ''}, ${parts[4]}:${parts[5]}` : run;
}

/** A list that shows its beginning, and the rest when asked. */
function begun(items, count, draw, what, total = items.length) {
  if (items.length <= count) return draw(items);
  const place = h('div', {}, draw(items.slice(0, count)));
  const rest = h('button', { type: 'button', class: 'more', on: { click: () => {
    place.replaceChildren(draw(items));
    rest.remove();
  } } }, total > items.length ? `Show ${items.length} of ${counted(total, what)}` : `Show all ${counted(total, what)}`);
  return [place, rest];
}

function table(heads, rows) {
  const cell = (tagName, [text, right], scope) => h(tagName, { class: right ? 'num' : null, scope }, text);
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table' }, h('table', {},
    h('thead', {}, h('tr', {}, heads.map((head) => cell('th', Array.isArray(head) ? [head[0], true] : [head], 'col')))),
    h('tbody', {}, rows.map((row) => h('tr', {}, row.map((content, index) =>
      cell(index ? 'td' : 'th', [content, Array.isArray(heads[index])], index ? null : 'row')))))));
}
