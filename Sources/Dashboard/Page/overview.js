// The first page: today, what went wrong, the runs, the last thirty days, and what waits.

function cards(day) {
  const pipeline = day.pipeline;
  const all = pipeline.urls_processed;
  const card = (tone, shape, what, count) => h('li', { class: 'card ' + tone },
    h('div', { class: 'what' }, icon(shape), what),
    h('div', { class: 'share' }, all ? percent(count, all) : '–', all ? h('small', {}, '%') : null),
    h('div', { class: 'count' }, counted(count, 'URL')));
  return h('ul', { class: 'cards' },
    card('ok', 'i-ok', 'Success', pipeline.urls_succeeded),
    card('part', 'i-part', 'Partial', pipeline.urls_partial),
    card('bad', 'i-bad', 'Failed', pipeline.urls_failed));
}

function facts(pairs) {
  return h('dl', { class: 'facts' }, pairs.filter(Boolean).map(([name, value]) =>
    h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

function dayFacts(day) {
  const llm = day.llm;
  return facts([
    ['Rows loaded', whole(day.data.rows_loaded)],
    ['Tables', whole(day.data.tables_updated) + (day.data.tables_created ? ` (${whole(day.data.tables_created)} new)` : '')],
    ['Parquet files', whole(day.data.parquet_files_created)],
    ['Runs', whole(day.pipeline.runs)],
    ['Waiting', counted(day.pipeline.urls_pending, 'URL')],
    day.data.storage_growth_bytes ? ['Storage', (day.data.storage_growth_bytes > 0 ? '+' : '') + bytes(day.data.storage_growth_bytes)] : null,
    llm.tokens_used || llm.enrichment_calls || llm.adviser_calls
      ? ['Models', `${dollars(llm.estimated_cost_usd)}, ${short(llm.tokens_used)} tokens`] : null,
  ]);
}

function stageBars(day) {
  const order = model.stages.filter((name) => day.stages[name]);
  if (!order.length) return h('p', { class: 'empty' }, 'No stage ran on this day.');
  return h('ul', { class: 'bars' }, order.map((name) => {
    const stage = day.stages[name];
    const share = stage.success / stage.attempts;
    const tone = share === 1 ? 'ok' : share >= 0.5 ? 'part' : 'bad';
    return h('li', {}, named(name),
      h('span', {}, h('b', {}, `${Math.round(share * 100)} %`), ' ',
        h('span', { class: 'quiet small' }, `${whole(stage.success)} of ${whole(stage.attempts)}`)),
      meter(share, tone, `${name}: ${stage.success} of ${stage.attempts} attempts succeeded`));
  }));
}

const failuresOfRun = (failures) => failureRows(failures, true);

function failureRows(failures, inRun) {
  return h('ul', { class: 'rows' }, failures.map((failure) => h('li', {},
    h('div', { class: 'line' },
      h('span', {}, h('span', { class: 'bad' }, icon('i-bad')), ' ', h('b', {}, words(model.strings[failure.type]))),
      ago(failure.time)),
    h('div', {}, failure.key ? named(failure.key) : 'the whole run',
      failure.source && failure.key ? [' · ', sourceLink(failure.key, failure.source)] : null),
    h('p', { class: 'said' }, failure.stage ? [named(failure.stage), ': '] : null, named(model.strings[failure.message]),
      inRun ? null : [' ', runLink(failure.run, 'in its run')]))));
}

function recentErrors() {
  if (!model.failures.length) {
    return h('p', { class: 'empty' }, model.events ? 'No failure so far.' : 'Nothing has run yet.');
  }
  return begun(model.failures.slice(0, 50), 6, failureRows, 'failure', model.failuresTotal);
}

// The grid: a row a publication, a column a run.

const CELLS = [['ok', 'i-ok', 'completed'], ['part', 'i-part', 'partial'], ['bad', 'i-bad', 'failed'], ['wait', 'i-wait', 'waiting']];

/** A cell's look is its worst part: a mixture is partial. */
function worst([, completed, partial, failed, waiting]) {
  if (failed) return completed || partial ? CELLS[1] : CELLS[2];
  if (partial) return CELLS[1];
  return completed ? CELLS[0] : waiting ? CELLS[3] : null;
}

function grid() {
  const runs = model.runs.map((run, index) => ({ ...run, index })).slice(-30);
  if (!runs.length) return h('p', { class: 'empty' }, 'The first run fills this grid.');
  const first = runs[0].index;
  const urgency = (publication) => {
    const last = publication.cells[publication.cells.length - 1];
    return last ? [...CELLS].reverse().findIndex((cell) => cell === worst(last)) : 9;
  };
  const rows = [...model.publications].sort((a, b) => rank(urgency(a)) - rank(urgency(b)) || (a.name < b.name ? -1 : 1));
  const head = h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, unseen('Publication')), runs.map((run, index) =>
    h('th', { scope: 'col' }, unseen(runName(run.name)),
      h('span', { 'aria-hidden': 'true' }, index && dayOf(runs[index - 1]) === dayOf(run) ? '' : dayOf(run).slice(8))))));
  const draw = (shown) => h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Runs and publications' },
    h('table', { class: 'grid' }, head.cloneNode(true), h('tbody', {}, shown.map((publication) => {
      const cells = new Map(publication.cells.map((cell) => [cell[0], cell]));
      return h('tr', {}, h('th', { scope: 'row' }, named(publication.name)), runs.map((run) => h('td', {}, gridCell(run, cells.get(run.index)))));
    }))));
  return [
    begun(rows, 20, draw, 'publication'),
    h('ul', { class: 'key' }, CELLS.map(([tone, shape, name]) => h('li', { class: tone }, icon(shape), name)),
      h('li', {}, icon('i-none'), 'not in the run')),
    first > 0 ? h('p', { class: 'said' }, `The latest 30 of ${counted(model.runsTotal, 'run')}.`) : null,
  ];
}

// What failed first, then what is partial, waits, is well, and never ran.
const rank = (urgency) => [2, 0, 1, 3][urgency] ?? 4;

const dayOf = (run) => new Date(run.start).toISOString().slice(0, 10);

function gridCell(run, cell) {
  const looks = cell && worst(cell);
  if (!looks) return h('span', { class: 'cell none' }, icon('i-none'), unseen('not in the run'));
  const told = CELLS.map((look, index) => (cell[index + 1] ? `${cell[index + 1]} ${look[2]}` : '')).filter(Boolean).join(', ');
  return h('a', { class: 'cell ' + looks[0], href: '#/run/' + encodeURIComponent(run.name), title: `${runName(run.name)}: ${told}` },
    icon(looks[1]), unseen(told));
}

function durationTable() {
  if (!model.durations.length) return h('p', { class: 'empty' }, 'No stage has run yet.');
  const longest = Math.max(...model.durations.map((stage) => stage.slow), 1);
  return table(['Stage', 'Median', ['95 %'], ['Longest'], ['Attempts']], model.durations.map((stage) => [
    named(stage.stage),
    h('span', { class: 'meter' }, meter(stage.median / longest, 'bar', `half of the attempts took less than ${lasted(stage.median)}`),
      lasted(stage.median)),
    lasted(stage.slow), lasted(stage.longest), whole(stage.count),
  ]));
}

function recurring(day) {
  const found = Object.entries(day.errors.recurring).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if (!found.length) return h('p', { class: 'empty' }, 'Nothing failed twice in a row.');
  const sources = new Map(model.sources.map((source) => [`${keyName(source)}/${source.name}`, source]));
  const place = (name) => (sources.has(name) ? [named(keyName(sources.get(name))), ' · ', sourceLink(keyName(sources.get(name)), sources.get(name).name)] : named(name));
  return begun(found, 8, (shown) => h('ul', { class: 'rows' }, shown.map(([name, times]) => h('li', { class: 'line' },
    h('span', {}, place(name)), h('span', { class: 'quiet small' }, `${whole(times)} times in a row`)))), 'source');
}

function budgets() {
  return h('ul', { class: 'bars' }, model.budgets.map((budget) => {
    const { name, objective, goal, window_days: days } = budget.objective;
    const left = budget.left ?? 1;
    const fast = budget.burns.filter((burn) => burn.too_fast);
    const tone = left <= 0 ? 'bad' : fast.length ? 'part' : 'ok';
    const said = budget.left === undefined ? 'nothing ran' : left <= 0 ? 'overdrawn' : `${Math.round(left * 100)} % left`;
    const measured = budget.rate === undefined ? ''
      : `, ${(budget.rate * 100).toFixed(1)} % of ${whole(budget.outcomes.total)} succeeded`;
    return h('li', {}, h('span', {}, h('span', { class: tone }, icon(tone === 'ok' ? 'i-ok' : tone === 'bad' ? 'i-bad' : 'i-part')), ' ', named(name)),
      h('b', {}, said), meter(left, tone, `${name}: ${said}`),
      h('span', { class: 'quiet small wide', title: goal }, `goal ${+(objective * 100).toFixed(2)} % over ${counted(days, 'day')}${measured}`),
      fast.map((burn) => h('span', { class: 'part small wide' }, `burns too fast: ${burn.rate.toFixed(1)} times what it allows, over ${lasted(burn.seconds * 1000)}`)));
  }));
}

/** The page of one day; today's is the first page. */
function dayView(day, isToday) {
  const last = model.runs[model.runs.length - 1];
  const quiet = !day.pipeline.runs && !day.pipeline.urls_processed;
  const waiting = model.fixCounts.open;
  return [
    h('div', { class: 'head' }, h('h1', {}, isToday ? 'Today' : dayName(day.period)), h('p', { class: 'lead' }, isToday ? day.period : day.period.slice(0, 4),
      isToday && last && last.evaluation && last.evaluation.score !== undefined ? [' · score ', scored(last.evaluation), ' of −1 to 1'] : null,
      quiet && last ? [' · nothing ran; the latest run was ', runLink(last.name)] : null,
      isToday && waiting ? [' · ', h('a', { href: '#/fixes' }, counted(waiting, 'fix') + (waiting === 1 ? ' waits' : ' wait') + ' for review')] : null)),
    h('div', { class: 'stack' }, h('h2', { class: 'unseen' }, 'Outcomes'), cards(day), dayFacts(day),
      h('div', { class: 'two' },
        h('div', { class: 'stack' }, section('Stage success rates', stageBars(day)),
          isToday ? section('How long stages take', durationTable()) : null),
        isToday ? section('Recent errors', recentErrors()) : section('Failing again and again', recurring(day)))),
  ];
}

function overview() {
  const today = model.days[model.days.length - 1];
  if (!model.events) {
    return ['Overview', h('section', { class: 'hello' }, h('h1', {}, 'Nothing has run here yet'),
      h('p', {}, 'As soon as ', h('code', {}, 'errata run'), ' has begun, its outcomes, failures and fixes are here.'))];
  }
  const [head, stack] = dayView(today, true);
  const again = section('Failing again and again', recurring(today));
  stack.append(
    section('Runs and publications', grid()), section('The last 30 days', trends(model.days)),
    model.budgets.length ? h('div', { class: 'two' }, section('Error budget', budgets()), again) : again,
    section('Open fixes', openFixes()));
  return ['Overview', head, stack];
}
