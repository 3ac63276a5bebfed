// The pages of runs, sources and fixes. What became of each source in each run is read when the first of them is opened.

let read = null;

function histories() {
  if (!read) takeHistories(JSON.parse(document.getElementById('histories').textContent));
  return read;
}

/** The runs of a history are written as spans of a first one and how many follow. */
function takeHistories(written) {
  read = written.sources.map((history) => ({
    ...history, runs: history.spans.flatMap(([first, count]) => Array.from({ length: count }, (_, index) => first + index)),
  }));
}

const OUTCOMES = { L: ['loaded', 'loaded'], F: ['failed', 'failed'], U: ['reverted', 'taken out again'], K: ['completed', 'loaded before'] };

const unknown = (what, name) => ['Not found', h('section', { class: 'hello' }, h('h1', {}, `No such ${what}`),
  h('p', {}, named(name), ' is not among what this page shows. ', h('a', { href: '#/' }, 'Back to the overview')))];

// Fixes

function diffLines(text) {
  return h('pre', { class: 'diff', tabindex: '0', 'aria-label': 'Diff' }, text.replace(/\n$/, '').split('\n').map((line) => {
    const kind = /^(---|\+\+\+|@@|diff |index )/.test(line) ? 'hunk' : line[0] === '+' ? 'plus' : line[0] === '-' ? 'minus' : null;
    return h('span', { class: kind }, line || ' ');
  }));
}

function changeLines(changes) {
  const value = (sign, change) => (change === undefined ? '' : `\n${sign} ${JSON.stringify(change)}`);
  return diffLines(changes.map((change) => `@@ ${change.file} ${change.path}${value('-', change.old)}${value('+', change.new)}`).join('\n'));
}

function fixItem(fix, open) {
  const edit = fix.diff ? diffLines(fix.diff) : fix.changes && fix.changes.length ? changeLines(fix.changes) : null;
  return h('li', { class: 'fix' },
    h('div', { class: 'line' }, h('h3', { class: 'name' }, fix.summary), tag(fix.status)),
    h('div', { class: 'small' }, h('span', { class: 'code' }, fix.id), ' · ', named(fix.key), ' ',
      fix.source ? sourceLink(fix.key, fix.source) : null, ' · ', words(fix.action), ' for ', words(fix.error)),
    h('div', { class: 'small line' },
      h('span', {}, h('span', { class: 'meter' }, 'Confidence ', meter(fix.confidence, 'bar', `confidence ${fix.confidence.toFixed(2)}`),
        h('b', {}, fix.confidence.toFixed(2))), ' · ', fix.verified ? [h('span', { class: 'ok' }, icon('i-ok')), ' verified'] : 'not verified'),
      fix.since !== undefined && fix.status === 'open' ? ago(fix.since) : null),
    safePage(fix.page) ? h('div', { class: 'small' }, h('a', { href: fix.page, rel: 'noreferrer' }, 'Pull request')) : null,
    fix.branch ? h('div', { class: 'said' }, 'on ', h('span', { class: 'code name' }, fix.branch)) : null,
    edit ? h('details', { open }, h('summary', {}, fix.diff ? 'Diff' : 'Edits'), edit) : null);
}

const safePage = (page) => page && /^https?:\/\//.test(page);

function openFixes() {
  const open = model.fixes.filter((fix) => fix.status === 'open');
  if (!open.length) return h('p', { class: 'empty' }, 'No fix waits for review.');
  return begun(open, 5, (shown) => h('ul', { class: 'rows' }, shown.map((fix, index) => fixItem(fix, index === 0))), 'fix');
}

function fixesView() {
  const counts = Object.entries(model.fixCounts).sort();
  return ['Fixes', h('div', { class: 'head' }, h('h1', {}, 'Fixes'),
    h('p', { class: 'lead' }, counts.map(([status, count]) => `${whole(count)} ${status}`).join(' · '))),
  h('div', { class: 'stack' }, section('Open fixes', openFixes()), section('Decided', decided()))];
}

function decided() {
  const rest = model.fixes.filter((fix) => fix.status !== 'open');
  if (!rest.length) return h('p', { class: 'empty' }, 'No fix was decided on yet.');
  return begun(rest, 20, (shown) => h('ul', { class: 'rows' }, shown.map((fix) => fixItem(fix, false))), 'fix');
}

// Runs

const scored = (evaluation) => (evaluation && evaluation.score !== undefined
  ? h('span', { class: evaluation.score <= -0.3 ? 'bad' : evaluation.score < 0.5 ? 'part' : null }, evaluation.score.toFixed(2).replace('-', '−')) : '–');

/** What a run's score is made of. */
function evaluated(run) {
  const found = run.evaluation;
  if (!found || found.score === undefined) return null;
  const share = (value, told) => (value === undefined ? 'unknown' : `${Math.round(value * 100)} % (${told})`);
  return section('Score', facts([['From −1 to 1', scored(found)],
    ['Stands well', share(found.health, `${whole(found.well)} of ${counted(found.places, 'place')}`)],
    ['Failed', share(found.error_rate, `${whole(found.failed)} of ${counted(found.outcomes, 'outcome')}`)],
    ['Usual rows', share(found.throughput, `${whole(found.rows)} of ${whole(found.rows_expected)}`)]]));
}

function runTable(runs) {
  return table(['Run', 'Status', ['Score'], ['Took'], ['Periods'], ['Rows'], ['Failures']], runs.map((run) => [
    runLink(run.name), tag(run.status), scored(run.evaluation), run.stats.duration_ms ? lasted(run.stats.duration_ms) : '–',
    whole(run.stats.urls_total), whole(run.stats.rows_loaded), whole(run.failures),
  ]));
}

function runsView() {
  const runs = [...model.runs].reverse();
  const took = model.runs.slice(-60).map((run) => [runName(run.name), run.stats.duration_ms, run.failures ? 'bad' : 'bar']);
  return ['Runs', h('div', { class: 'head' }, h('h1', {}, 'Runs'), h('p', { class: 'lead' }, counted(model.runsTotal, 'run'),
    model.runsTotal > runs.length ? `, of which the latest ${runs.length} are here` : '')),
  h('div', { class: 'stack' },
    took.length > 1 ? section('How long they took', columns('Duration of the latest runs', took, lasted, true),
      h('p', { class: 'said' }, 'Runs with failures are red; the table below says how many.')) : null,
    section('All of them', runs.length ? begun(runs, 50, runTable, 'run') : h('p', { class: 'empty' }, 'Nothing has run yet.')))];
}

function runView(name) {
  const index = model.runs.findIndex((run) => run.name === name);
  if (index < 0) return unknown('run', name);
  const run = model.runs[index];
  const failures = model.failures.filter((failure) => failure.run === name);
  const stages = Object.entries(run.stages).map(([stage, numbers]) => [model.strings[stage], ...numbers])
    .sort((a, b) => model.stages.indexOf(a[0]) - model.stages.indexOf(b[0]));
  const done = histories().flatMap((history, source) => {
    const at = history.runs.indexOf(index);
    return at < 0 ? [] : [[model.sources[source], history.outcomes[at], history.rows[at]]];
  });
  const order = 'FULK';
  done.sort((a, b) => order.indexOf(a[1]) - order.indexOf(b[1]));
  const fixes = model.fixes.filter((fix) => fix.run === name);
  return [`Run ${runName(name)}`, h('div', { class: 'head' }, h('h1', {}, `Run of ${runName(name)}`), tag(run.status),
    h('p', { class: 'lead code' }, name)),
  h('div', { class: 'stack' },
    facts([['Began', moment(run.start)], ['Took', run.stats.duration_ms ? lasted(run.stats.duration_ms) : '–'],
      ['Periods', `${run.stats.urls_completed} of ${run.stats.urls_total} completed`], ['Rows loaded', whole(run.stats.rows_loaded)],
      ['Failures', whole(run.failures)], run.exitCode === undefined ? null : ['Exit code', run.exitCode]]),
    evaluated(run),
    h('div', { class: 'two' },
      section('Stages', stages.length ? table(['Stage', ['Attempts'], ['Succeeded'], ['Took in all']],
        stages.map(([stage, attempts, ok, took]) => [named(stage), whole(attempts), whole(ok), lasted(took)]))
        : h('p', { class: 'empty' }, 'No stage ran.')),
      section('Failures', failures.length ? begun(failures, 8, failuresOfRun, 'failure')
        : h('p', { class: 'empty' }, run.failures ? 'They are too long ago to be told here: errata events has them.' : 'None.'))),
    fixes.length ? section('Fixes that it proposed', h('ul', { class: 'rows' }, fixes.map((fix) => fixItem(fix, false)))) : null,
    section('Sources', done.length ? begun(done, 50, (shown) => table(['Source', 'Period', 'Outcome', ['Rows']],
      shown.map(([source, outcome, rows]) => [sourceLink(keyName(source), source.name), named(keyName(source)),
        tag(...OUTCOMES[outcome]), outcome === 'L' ? whole(rows) : '–'])), 'source')
      : h('p', { class: 'empty' }, 'No source was worked on.')))];
}

// Sources

const keyName = (source) => model.keys[source.key].name;

function sourceTable(sources) {
  return table(['Source', 'Period', 'Status', ['Rows']], sources.map((source) => [
    sourceLink(keyName(source), source.name), named(keyName(source)),
    [tag(source.status), source.error !== undefined ? h('span', { class: 'quiet small' }, ' ', words(model.strings[source.error])) : null,
      source.acknowledged ? h('span', { class: 'quiet small' }, ` acknowledged until ${source.acknowledged}`) : null],
    source.rows === undefined ? '–' : whole(source.rows),
  ]));
}

function sourcesView() {
  const states = [...new Set(model.sources.map((source) => source.status))].sort();
  const place = h('div', {});
  const text = h('input', { type: 'search', id: 'find', autocomplete: 'off' });
  const state = h('select', { id: 'state' }, h('option', { value: '' }, 'any status'), states.map((name) => h('option', { value: name }, words(name))));
  const found = h('p', { class: 'said', role: 'status' });
  const order = ['failed', 'reverted', 'pending', 'loaded', 'disabled'];
  const sorted = [...model.sources].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  const show = () => {
    const wanted = text.value.trim().toLowerCase();
    const shown = sorted.filter((source) => (!state.value || source.status === state.value)
      && (!wanted || `${keyName(source)}/${source.name}`.toLowerCase().includes(wanted)));
    found.textContent = counted(shown.length, 'source');
    place.replaceChildren(...[begun(shown, 50, sourceTable, 'source')].flat());
  };
  text.addEventListener('input', show);
  state.addEventListener('change', show);
  show();
  return ['Sources', h('div', { class: 'head' }, h('h1', {}, 'Sources'),
    h('p', { class: 'lead' }, `${counted(model.sources.length, 'source')} in ${counted(model.keys.length, 'period')}`)),
  section('All of them', h('div', { class: 'filter' }, h('label', { for: 'find' }, 'Find', text), h('label', { for: 'state' }, 'Status', state)), found, place)];
}

function sourceView(key, name) {
  const index = model.sources.findIndex((source) => source.name === name && keyName(source) === key);
  if (index < 0) return unknown('source', `${key}/${name}`);
  const source = model.sources[index];
  const period = model.keys[source.key];
  const history = histories()[index];
  const fixes = model.fixes.filter((fix) => fix.key === key && fix.source === name);
  const loads = history.runs.map((run, at) => [runName(model.runs[run].name), history.rows[at], history.outcomes[at]])
    .filter((load) => load[2] === 'L').map(([label, rows]) => [label, rows, 'bar']);
  let failed = 0;
  const told = history.runs.map((run, at) => {
    const outcome = history.outcomes[at];
    return [model.runs[run], outcome, history.rows[at], outcome === 'F' ? model.strings[history.errors[failed++]] : ''];
  });
  return [`${key}/${name}`, h('div', { class: 'head' }, h('h1', {}, named(name)), tag(source.status), h('p', { class: 'lead' }, named(key))),
    h('div', { class: 'stack' },
      facts([['Rows', source.rows === undefined ? '–' : whole(source.rows)], ['Table', source.table ? named(source.table) : '–'],
        ['Period', words(period.status) + (period.pendingUntil ? ` until ${period.pendingUntil}` : '')],
        ['Runs', whole(told.length)], ['Failures', whole(failed)],
        source.acknowledged ? ['Acknowledged', 'until ' + source.acknowledged] : null]),
      source.message !== undefined ? section('Why it fails', h('p', { class: 'empty' }, h('b', {}, words(model.strings[source.error] ?? '')), ': ',
        named(model.strings[source.message]))) : null,
      fixes.length ? section('Fixes', h('ul', { class: 'rows' }, fixes.map((fix) => fixItem(fix, fix.status === 'open')))) : null,
      loads.length > 1 ? section('Rows it loaded', columns('Rows loaded by run', loads, short, true)) : null,
      section('Stages of its period', Object.keys(period.stages).length
        ? table(['Stage', 'Status'], sortedStages(period.stages).map(([stage, status]) => [named(stage), tag(status)]))
        : h('p', { class: 'empty' }, 'None ran.')),
      section('In each run', told.length ? begun(told.reverse(), 30, (shown) => table(['Run', 'Outcome', ['Rows']],
        shown.map(([run, outcome, rows, error]) => [runLink(run.name),
          [tag(...OUTCOMES[outcome]), error ? h('span', { class: 'quiet small' }, ' ', words(error)) : null],
          outcome === 'L' ? whole(rows) : '–'])), 'run') : h('p', { class: 'empty' }, 'No run that is shown here worked on it.')))];
}

const sortedStages = (stages) => Object.entries(stages).sort((a, b) => (model.stages.indexOf(a[0]) + 1 || 99) - (model.stages.indexOf(b[0]) + 1 || 99));
