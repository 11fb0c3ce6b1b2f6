// Several runs in one chart, and the settings in which they differ.
import { html, useEffect, useState, Button, Card, Empty, Failure, Loading, Select, Slider, Toggle, useLoaded } from '../ui.js';
import { addWords, t } from '../i18n.js';
import { get } from '../api.js';
import { compact, duration, number } from '../format.js';
import { Chart } from '../chart.js';
import { isLive, nameOf, State } from '../runs.js';
import { seriesColour } from '../look.js';
import words from './runs.i18n.js';
import chartWords from './run.i18n.js';

addWords(words);
addWords(chartWords);

const POINTS = 1500;
const REFRESH_MS = 2000;

export default function Compare({ query }) {
  const ids = (query.ids ?? '').split(',').filter(Boolean).map(decodeURIComponent);
  const [value, setValue] = useState(null);
  const [log, setLog] = useState(false);
  const [smoothing, setSmoothing] = useState(0.6);
  const [range, setRange] = useState(null);
  const runs = useLoaded(() => Promise.all(ids.map((id) => get('api/runs/' + encodeURIComponent(id)))), [query.ids]);
  const names = [...new Set((runs.data ?? []).flatMap((run) => Object.keys(run.goals)))];
  const shown = value ?? names.find((name) => name === 'val.loss') ?? names[0];
  const series = useLoaded(
    () => (shown ? Promise.all(ids.map((id) => seriesOf(id, shown))) : Promise.resolve([])),
    [query.ids, shown],
  );
  const live = runs.data?.some(isLive);
  useEffect(() => {
    if (!live) {
      return undefined;
    }
    const timer = setInterval(() => {
      series.reload();
      runs.reload();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [live, shown]);

  if (ids.length < 2) {
    return html`<${Empty} icon="compare" title=${t('compare.title')}><p>${t('compare.pick')}</p>
      <a class="button" href="#/runs">${t('runs.title')}</a><//>`;
  }
  if (!runs.data) {
    return runs.error ? html`<${Failure} text=${runs.error.message} retry=${runs.reload} />` : html`<${Loading} />`;
  }
  const lines = runs.data.map((run, i) => ({
    name: run.id,
    label: run.name,
    colour: seriesColour(i),
    dash: i >= 6 ? [6, 4] : undefined,
    ...(series.data?.[i] ?? { x: [], y: [] }),
  }));
  return html`<div class="stack">
    <div class="page-head" style=${{ margin: 0 }}><h1>${t('compare.title')}</h1></div>
    <${Card} title=${shown ? nameOf(shown) : ''} actions=${html`
        <${Select} label=${t('compare.value')} hideLabel value=${shown} onChange=${setValue}
          options=${names.map((name) => [name, nameOf(name)])} />
        <${Slider} label=${t('run.smoothing')} value=${smoothing} min=${0} max=${0.99} step=${0.01}
          shown=${(v) => v.toFixed(2)} onInput=${setSmoothing} />
        <${Toggle} label=${t('run.log')} checked=${log} onChange=${setLog} />
        ${range && html`<${Button} icon="reset" onClick=${() => setRange(null)}>${t('run.all')}<//>`}`}>
      <${Chart} name=${shown} lines=${lines} range=${range} onRange=${setRange} log=${log} smoothing=${smoothing} height=${380} />
    <//>
    <${Card} title=${t('compare.settings')} hint=${t('compare.settingsHint')}><${Settings} runs=${runs.data} /><//>
  </div>`;
}

async function seriesOf(id, name) {
  const { series } = await get(`api/runs/${encodeURIComponent(id)}/series?names=${encodeURIComponent(name)}&max=${POINTS}`);
  return series[name];
}

function Settings({ runs }) {
  const facts = runs.map((run) => ({
    ...run.settings,
    [t('compare.data')]: run.data,
    [t('compare.parameters')]: compact(run.parameters),
    [t('compare.seconds')]: duration(run.seconds),
    ...Object.fromEntries(Object.entries(run.best ?? {}).map(([name, value]) => [nameOf(name), number(value)])),
  }));
  const rows = [...new Set(facts.flatMap(Object.keys))].map((name) => ({
    name,
    values: facts.map((fact) => String(fact[name] ?? '–')),
  }));
  const differs = ({ values }) => values.some((value) => value !== values[0]);
  rows.sort((a, b) => differs(b) - differs(a));
  return html`<div class="scrolls"><table class="settings"><thead><tr><th></th>
    ${runs.map((run, i) => html`<th key=${run.id}><i style=${{ background: seriesColour(i) }}></i>
      <a href=${'#/runs/' + encodeURIComponent(run.id)}>${run.name}</a> <${State} state=${run.state} /></th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr key=${row.name} class=${differs(row) ? 'differs' : ''}>
      <th scope="row">${row.name}</th>${row.values.map((value) => html`<td>${value}</td>`)}</tr>`)}</tbody></table></div>`;
}
