// Charts are SVG elements with a title; the numbers stand beside them or in a table.

/** One bar that is so much full. */
function meter(share, tone, label) {
  return s('svg', { viewBox: '0 0 100 4', preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    s('rect', { class: 'f-track', width: 100, height: 4 }),
    s('rect', { class: 'f-' + tone, width: Math.max(0, Math.min(1, share)) * 100, height: 4 }));
}

// A chart is drawn on 100 by 100 and stretched to its place; what would suffer from that, texts above all, stands around it.

function frame(label, top, names, tall, ...content) {
  return h('div', { class: tall ? 'plot tall' : 'plot' }, h('span', { class: 'top' }, top),
    s('svg', { viewBox: '0 0 100 100', preserveAspectRatio: 'none', role: 'img', 'aria-label': label }, s('title', {}, label), content),
    h('span', {}, names[0]), h('span', {}, names.length > 1 ? names[names.length - 1] : ''));
}

/** A bar for each value; `[label, value, tone]`. */
function columns(label, values, show, tall) {
  const largest = Math.max(1, ...values.map((value) => value[1]));
  const step = 100 / values.length;
  return frame(label, show(largest), values.map((value) => value[0]), tall, values.map(([name, value, tone], index) => {
    const height = value > 0 ? Math.max(2, (value / largest) * 100) : 0;
    return s('rect', {
      class: 'f-' + (tone || 'bar'), x: (index * step + step * 0.12).toFixed(2), y: (100 - height).toFixed(2),
      width: (step * 0.76).toFixed(2), height: height.toFixed(2),
    }, s('title', {}, `${name}: ${show(value)}`));
  }));
}

/** A line through shares between 0 and 1; days without one leave a gap. */
function trace(label, values) {
  const step = 100 / Math.max(1, values.length - 1);
  const place = (share, index) => `${(index * step).toFixed(2)} ${(100 - share * 100).toFixed(1)}`;
  let path = '';
  let open = false;
  values.forEach(([, share], index) => {
    if (share !== null) path += `${open ? 'L' : 'M'}${place(share, index)}`;
    open = share !== null;
  });
  return frame(label, '100 %', values.map((value) => value[0]), false, s('path', { class: 'trace', d: path || 'M0 0' }),
    values.map(([name, share], index) => (share === null ? null
      : s('path', { class: 'dot', d: `M${place(share, index)}h0` }, s('title', {}, `${name}: ${Math.round(share * 100)} %`)))));
}

function chart(title, total, drawing) {
  return h('figure', {}, h('figcaption', {}, h('b', {}, title), h('span', { class: 'quiet small' }, total)), drawing);
}

/** The last thirty days: four small charts with one scale of days, and their numbers. */
function trends(days) {
  const sum = (value) => days.reduce((all, day) => all + value(day), 0);
  const took = (day) => Object.values(day.stages).reduce((all, stage) => all + stage.mean_duration_ms * stage.attempts, 0);
  const failures = (day) => Object.values(day.errors.by_type).reduce((all, count) => all + count, 0);
  const rate = (day) => (day.pipeline.urls_processed ? day.pipeline.urls_succeeded / day.pipeline.urls_processed : null);
  const over = (value) => days.map((day) => [dayName(day.period), value(day)]);
  const tried = sum((day) => day.pipeline.urls_processed);
  const active = days.filter((day) => day.pipeline.runs + failures(day) + day.data.rows_loaded > 0);
  if (!active.length) return h('p', { class: 'empty' }, 'Nothing ran in the last 30 days.');
  const succeeded = sum((day) => day.pipeline.urls_succeeded);
  return [
    h('div', { class: 'charts' },
      chart('Success rate', `${percent(succeeded, tried)} % of ${counted(tried, 'URL')}`,
        trace('Success rate by day', over(rate))),
      chart('Rows loaded', whole(sum((day) => day.data.rows_loaded)),
        columns('Rows loaded by day', over((day) => day.data.rows_loaded), short)),
      chart('Failures', whole(sum(failures)),
        columns('Failures by day', over(failures).map((value) => [...value, 'bad']), short)),
      chart('Time in stages', lasted(sum(took)), columns('Time in stages by day', over(took), lasted))),
    h('details', { class: 'more' }, h('summary', {}, 'The numbers by day'),
      table(['Day', ['Runs'], ['Succeeded'], ['Partial'], ['Failed'], ['Rows'], ['Failures']], active.map((day) => [
        h('a', { href: '#/day/' + day.period }, day.period), whole(day.pipeline.runs), whole(day.pipeline.urls_succeeded),
        whole(day.pipeline.urls_partial), whole(day.pipeline.urls_failed), whole(day.data.rows_loaded),
        whole(failures(day)),
      ]).reverse())),
  ];
}
