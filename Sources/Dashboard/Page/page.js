// Which page is shown is in the address after the number sign; the theme and a served page's news come last.

let model = JSON.parse(document.getElementById('model').textContent);
const live = document.documentElement.dataset.live === 'yes';
const main = document.getElementById('main');

/** The moment that ages are counted from: a page that was written once stays what it was. */
const now = () => (live ? Date.now() : model.now);

function view() {
  const [page, ...names] = location.hash.replace(/^#\/?/, '').split('/').map((part) => {
    try { return decodeURIComponent(part); } catch { return part; }
  });
  switch (page) {
    case 'runs': return runsView();
    case 'run': return runView(names[0]);
    case 'sources': return sourcesView();
    case 'source': return sourceView(names[0], names[1]);
    case 'fixes': return fixesView();
    case 'day': {
      const day = model.days.find((one) => one.period === names[0]);
      return day ? [dayName(day.period), ...dayView(day, false)] : unknown('day', names[0]);
    }
    default: return overview();
  }
}

const PAGES = [['', 'Overview'], ['runs', 'Runs'], ['sources', 'Sources'], ['fixes', 'Fixes']];
const WITHIN = { run: 'runs', source: 'sources', day: '' };

function draw() {
  const [title, ...content] = view();
  document.title = `${title} · ${model.workspace} · Errata`;
  main.replaceChildren(...content.flat().filter(Boolean));
  const page = location.hash.replace(/^#\/?/, '').split('/')[0];
  document.getElementById('pages').replaceChildren(...PAGES.map(([address, name]) =>
    h('a', { href: '#/' + address, 'aria-current': (WITHIN[page] ?? page) === address ? 'page' : null }, name)));
  document.getElementById('workspace').textContent = model.workspace;
  document.getElementById('stand').textContent =
    `As of ${moment(model.now)}, folded from ${counted(model.events, 'event')}. Days are in UTC.`;
}

addEventListener('hashchange', () => {
  if (!location.hash.startsWith('#/') && location.hash) return;
  draw();
  scrollTo(0, 0);
  main.focus({ preventScroll: true });
});

// The theme is the system's until somebody chooses; nothing is stored.
const THEMES = [['', 'System'], ['light', 'Light'], ['dark', 'Dark']];
let theme = 0;
const button = document.getElementById('theme');
function setTheme(next) {
  theme = next % THEMES.length;
  if (THEMES[theme][0]) document.documentElement.dataset.theme = THEMES[theme][0];
  else delete document.documentElement.dataset.theme;
  button.replaceChildren(unseen('Colours: '), THEMES[theme][1]);
}
button.addEventListener('click', () => setTheme(theme + 1));
setTheme(0);
draw();

// A served page asks whether anything is new. It goes on when the server comes back.
let version = null;
async function ask() {
  const news = document.getElementById('news');
  try {
    const answer = await fetch('model.json', { cache: 'no-store', headers: version ? { 'If-None-Match': version } : {} });
    if (answer.status === 200) {
      const next = await answer.json();
      const changed = version !== null;
      version = answer.headers.get('ETag');
      model = next.model;
      takeHistories(next.histories);
      // Somebody who reads or types is not disturbed by a page that is the same.
      if (changed) {
        draw();
        news.textContent = `Updated ${new Date().toISOString().slice(11, 19)} UTC.`;
      }
    } else if (news.textContent.startsWith('The server')) {
      news.textContent = 'The server is back.';
    }
  } catch {
    news.textContent = 'The server does not answer; what is shown may be old.';
  }
  setTimeout(ask, 2000);
}
if (live) ask();
