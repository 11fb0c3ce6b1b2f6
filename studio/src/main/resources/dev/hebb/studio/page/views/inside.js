// Inside the network: its layers, how their values are spread, and what they look for.
import { html, useMemo, useState, Card, Choice, Empty, Hint, Select, Slider, useLoaded } from '../ui.js';
import { addWords, t } from '../i18n.js';
import { get } from '../api.js';
import { grouped, number, percent } from '../format.js';
import { Chart } from '../chart.js';
import { Graph } from '../graph.js';
import { Histograms } from '../histogram.js';
import { Picture } from '../pictures.js';
import { RunFrame, useRun } from '../runframe.js';
import { layerColour } from '../look.js';
import words from './inside.i18n.js';

addWords(words);

const RECORDS = 120;
const SPREADS = ['weights', 'gradients', 'activations'];

/** What is measured as one number per layer: name, whether its axis is logarithmic, how it is shown. */
const MEASURES = [
  { name: 'updateRatio', log: true, format: number },
  { name: 'gradientNorm', log: true, format: number },
  { name: 'dead', log: false, format: (v) => percent(v, 0) },
  { name: 'saturated', log: false, format: (v) => percent(v, 0) },
];

export default function Inside({ params: { id } }) {
  const path = 'api/runs/' + encodeURIComponent(id);
  const measured = useLoaded(() => get(`${path}/inside?max=${RECORDS}`), [id]);
  const live = useRun(id, { open: measured.reload, inside: measured.reload, ended: measured.reload });
  return html`<${RunFrame} id=${id} tab="/inside" live=${live}>
    <${Content} run=${live.run} path=${path} layers=${measured.data?.layers ?? []} /><//>`;
}

function Content({ run, path, layers }) {
  const first = layers[0]?.path ?? run.graph.find(({ parameters }) => parameters > 0)?.path;
  const [chosen, setChosen] = useState(null);
  const [form, setForm] = useState('ridges');
  const shown = chosen ?? first;
  const layer = layers.find((one) => one.path === shown) ?? layers[0];
  return html`<div class="stack">
    <${Card} title=${t('inside.graph')} hint=${t('inside.graphHint')}
      actions=${html`<span class="note">${t('inside.total', { n: grouped(run.parameters) })}</span>`}>
      <${Graph} layers=${run.graph} chosen=${shown} choose=${setChosen} /><//>
    ${layer
      ? html`<${Spread} run=${run} layers=${layers} layer=${layer} choose=${setChosen} form=${form} setForm=${setForm} />
          <${Depth} layers=${layers} />
          <div class="columns even" style=${{ '--least': '340px' }}>
            ${MEASURES.map((measure) => html`<${Measure} key=${measure.name} measure=${measure} layers=${layers} />`)}
          </div>`
      : html`<${Card}><${Empty} title=${t('inside.none')}><p>${t('inside.noneText')}</p><//><//>`}
    ${run.input?.kind === 'image' && shown && html`<${Pictures} key=${shown} path=${path} layer=${shown} run=${run} />`}
  </div>`;
}

function Spread({ layers, layer, choose, form, setForm }) {
  return html`<${Card} title=${layer.path} actions=${html`
      <${Select} label=${t('inside.layer')} hideLabel value=${layer.path} onChange=${choose}
        options=${layers.map((one) => one.path)} />
      <${Choice} label=${t('inside.form')} value=${form} onChange=${setForm}
        options=${[['ridges', t('inside.ridges')], ['heat', t('inside.heat')]]} />`}>
    <div class="columns" style=${{ '--least': '280px' }}>
      ${SPREADS.map((name) => html`<${OneSpread} key=${name} name=${name} layer=${layer} form=${form} />`)}
    </div><//>`;
}

function OneSpread({ name, layer, form }) {
  const records = useMemo(
    () =>
      layer.records
        .filter((record) => record[name])
        .map((record) => ({ step: record.step, histogram: record[name] })),
    [layer, name],
  );
  return html`<figure data-histogram=${name}><figcaption>${t('inside.' + name)}
      <${Hint} text=${t('inside.' + name + 'Text')} /></figcaption>
    ${records.length
      ? html`<${Histograms} name=${t('inside.' + name)} records=${records} form=${form} />`
      : html`<p class="note">–</p>`}</figure>`;
}

function Measure({ measure: { name, log, format }, layers }) {
  const lines = layers
    .map((layer, i) => {
      const records = layer.records.filter((record) => record[name] !== null && record[name] !== undefined);
      return {
        name: layer.path,
        label: layer.path,
        colour: layerColour(i, layers.length),
        x: records.map(({ step }) => step),
        y: records.map((record) => record[name]),
      };
    })
    .filter(({ x }) => x.length);
  return html`<${Card} title=${t('inside.' + name)}>
    <p class="note explains">${t(`inside.${name}Text`)}</p>
    ${lines.length
      ? html`<${Chart} name=${t('inside.' + name)} lines=${lines} log=${log} format=${format} height=${180} />`
      : html`<p class="note">${t('inside.notHere')}</p>`}<//>`;
}

/** The newest gradient norm of each layer, as bars on a logarithmic scale. */
function Depth({ layers }) {
  const norms = layers
    .map((layer) => ({ layer, norm: layer.records.findLast((record) => record.gradientNorm > 0)?.gradientNorm }))
    .filter(({ norm }) => norm);
  const most = Math.max(...norms.map(({ norm }) => norm));
  const least = Math.min(...norms.map(({ norm }) => norm), most / 100);
  const share = (norm) => 4 + (96 * Math.log(norm / least)) / Math.log(most / least);
  return html`<${Card} title=${t('inside.depth')}>
    <p class="note explains">${t('inside.depthText')}</p>
    <dl class="bars">${norms.map(({ layer, norm }) => html`<dt>${layer.path}</dt>
      <dd><i style=${{ width: share(norm) + '%' }}></i></dd><dd>${number(norm)}</dd>`)}</dl><//>`;
}

function Pictures({ path, layer, run }) {
  const [example, setExample] = useState(0);
  const [unit, setUnit] = useState(0);
  const ask = (what, more = '') => get(`${path}/pictures?layer=${encodeURIComponent(layer)}&what=${what}${more}`);
  const examples = useLoaded(() => ask('examples'), [run.state]);
  const filters = useLoaded(() => ask('filters'), [layer, run.state]);
  const some = examples.data?.pictures.length > 0;
  const maps = useLoaded(
    () => (some ? ask('maps', `&example=${example}`) : Promise.resolve({ pictures: [] })),
    [layer, example, some, run.state],
  );
  const exciting = useLoaded(() => ask('exciting', `&unit=${unit}`), [layer, unit, run.state]);
  const out = run.graph.find((one) => one.path === layer)?.out ?? [];
  const units = (out.length === 3 ? out[0] : out.at(-1)) ?? 1;
  return html`<div class="columns even" style=${{ '--least': '300px' }}>
    <${Gallery} what="filters" loaded=${filters} signed chosen=${unit} choose=${setUnit} />
    <${Gallery} what="maps" loaded=${maps} chosen=${unit} choose=${setUnit}>
      <div class="strip" role="group" aria-label=${t('inside.example')}>${examples.data?.pictures.map((picture, i) => html`
        <button type="button" key=${i} aria-pressed=${i === example} title=${picture.label} onClick=${() => setExample(i)}>
          <${Picture} picture=${picture} size=${36} /></button>`)}</div><//>
    <${Gallery} what="exciting" loaded=${exciting} tools=${html`
      <${Slider} label=${t('inside.unit')} value=${unit} min=${0} max=${Math.max(0, units - 1)} step=${1} onInput=${setUnit} />`} />
  </div>`;
}

function Gallery({ what, loaded, signed, tools, chosen, choose, children }) {
  const pictures = loaded.data?.pictures ?? [];
  return html`<${Card} title=${t('inside.' + what)} actions=${tools}>
    <p class="note explains">${t(`inside.${what}Text`)}</p>
    ${children}
    ${loaded.error && html`<p class="note">${loaded.error.message}</p>`}
    ${!loaded.error && loaded.data && !pictures.length && html`<p class="note">${t('inside.noPictures')}</p>`}
    <div class="gallery" data-gallery=${what}>${pictures.map((picture, i) =>
      choose && pictures.length > 1
        ? html`<button type="button" key=${i} aria-pressed=${i === chosen} title=${picture.label} onClick=${() => choose(i)}>
            <${Picture} picture=${picture} signed=${signed} /></button>`
        : html`<figure key=${i}><${Picture} picture=${picture} signed=${signed} /><figcaption>${picture.label}</figcaption></figure>`,
    )}</div><//>`;
}
