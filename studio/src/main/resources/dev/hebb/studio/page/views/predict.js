// What the network answers: its mistakes, and what it says to something new.
import { html, useEffect, useRef, useState, Button, Card, Empty, TextField, Select, useLoaded } from '../ui.js';
import { addWords, t } from '../i18n.js';
import { get, post } from '../api.js';
import { number, percent } from '../format.js';
import { Board } from '../board.js';
import { base64, Picture } from '../pictures.js';
import { RunFrame, useRun } from '../runframe.js';
import { isDark, sequential } from '../look.js';
import words from './predict.i18n.js';

addWords(words);

export default function Predict({ params: { id } }) {
  const path = 'api/runs/' + encodeURIComponent(id);
  const answers = useLoaded(() => get(path + '/predictions'), [id]);
  const live = useRun(id, { open: (again) => again && answers.reload(), predictions: answers.reload, ended: answers.reload });
  return html`<${RunFrame} id=${id} tab="/predict" live=${live}>
    <div class="stack">
      <div class="columns" style=${{ '--least': '440px' }}>
        <${Try} run=${live.run} path=${path} />
        ${answers.data?.confusion && html`<${Confusion} answers=${answers.data} />`}
      </div>
      ${answers.data && !answers.data.mistakes && html`<${Card}><${Empty} title=${t('predict.none')}>
        <p>${t('predict.noneText')}</p><//><//>`}
      ${answers.data?.mistakes && html`<${Mistakes} answers=${answers.data} reload=${answers.reload} />`}
    </div><//>`;
}

function Try({ run, path }) {
  const ask = useAsking(path);
  const kind = run.input?.kind;
  if (kind === 'image') {
    return html`<${Card} title=${t('predict.draw')} hint=${t('predict.drawHint')}
      actions=${html`<${Button} icon="reset" onClick=${ask.clear}>${t('predict.clear')}<//>`}>
      <div class="pad"><${Board} key=${ask.sheet} onDraw=${(picture) => ask.send({ ...picture, pixels: base64(picture.pixels) })} />
        <${Answer} answer=${ask.answer} error=${ask.error} labels=${run.labels} /></div><//>`;
  }
  if (kind === 'table') {
    return html`<${Card} title=${t('predict.form')}>
      <${Form} fields=${run.input.fields} send=${ask.send} />
      <${Answer} answer=${ask.answer} error=${ask.error} labels=${run.labels} /><//>`;
  }
  return null;
}

/** Asks the network, one question at a time; of those that come meanwhile only the newest is kept. */
function useAsking(path) {
  const [state, setState] = useState({ sheet: 0 });
  const busy = useRef(false);
  const next = useRef(null);
  const send = async (question) => {
    if (busy.current) {
      next.current = question;
      return;
    }
    busy.current = true;
    const change = await post(path + '/predict', question).then(
      (answer) => ({ answer, error: null }),
      (error) => ({ error: error.message }),
    );
    busy.current = false;
    setState((before) => ({ ...before, ...change }));
    if (next.current) {
      const waiting = next.current;
      next.current = null;
      send(waiting);
    }
  };
  const clear = () => {
    next.current = null;
    setState(({ sheet }) => ({ sheet: sheet + 1 }));
  };
  return { ...state, send, clear };
}

function Answer({ answer, error, labels }) {
  if (error) {
    return html`<p role="alert">${error}</p>`;
  }
  if (!answer) {
    return html`<p class="note">${t('predict.noDrawing')}</p>`;
  }
  const shares = Object.entries(answer.probabilities ?? {});
  return html`<div class="stack" aria-live="polite">
    <div class="row apart"><span class="answer" data-answer>${answer.label}</span>
      <span class="note">${t('predict.took', { ms: number(answer.milliseconds) })}</span></div>
    <dl class="bars">${shares.map(([label, share]) => html`<dt class=${label === answer.label ? 'best' : ''}>${label}</dt>
      <dd class=${label === answer.label ? 'best' : ''}><i style=${{ width: share * 100 + '%' }}></i></dd>
      <dd class="right">${percent(share)}</dd>`)}</dl></div>`;
}

function Form({ fields, send }) {
  const [values, setValues] = useState(() => Object.fromEntries(fields.map(({ name, value }) => [name, value ?? ''])));
  useEffect(() => void send({ values }), []);
  const change = (name) => (value) => {
    const all = { ...values, [name]: value };
    setValues(all);
    send({ values: all });
  };
  return html`<div class="columns" style=${{ '--least': '160px' }}>${fields.map(({ name, choices }) =>
    choices
      ? html`<${Select} key=${name} label=${name} value=${values[name]} options=${choices} onChange=${change(name)} />`
      : html`<${TextField} key=${name} label=${name} value=${values[name]} inputmode="decimal" onInput=${change(name)} />`,
  )}</div>`;
}

function Confusion({ answers: { labels, confusion, accuracy } }) {
  return html`<${Card} title=${t('predict.confusion')} hint=${t('predict.confusionHint')}
      actions=${html`<span class="badge good">${t('predict.accuracy', { accuracy: percent(accuracy) })}</span>`}>
    <div class="scrolls"><table class="confusion">
      <thead><tr><th></th><th colspan=${labels.length}>${t('predict.predicted')}</th></tr>
        <tr><th>${t('predict.truth')}</th>${labels.map((label) => html`<th scope="col">${label}</th>`)}</tr></thead>
      <tbody>${confusion.map((row, i) => html`<${Row} key=${i} label=${labels[i]} row=${row} at=${i} />`)}</tbody>
    </table></div><//>`;
}

function Row({ label, row, at }) {
  const total = row.reduce((a, b) => a + b, 0) || 1;
  return html`<tr><th scope="row">${label}</th>${row.map((count, k) => {
    const share = count / total;
    return html`<td class=${count ? '' : 'zero'} style=${count ? cell(share, k === at) : null}>${count || '·'}</td>`;
  })}</tr>`;
}

/** Right answers in the accent's colours by their share; wrong ones in red, already strong when rare. */
function cell(share, right) {
  if (right) {
    const v = 0.15 + 0.5 * share;
    return { background: `rgb(${sequential(v).join(' ')})`, color: v > 0.4 || isDark() ? '#fff' : 'inherit' };
  }
  return { background: `color-mix(in srgb, var(--bad) ${Math.min(90, 16 + share * 500)}%, var(--card))` };
}

function Mistakes({ answers: { labels, mistakes }, reload }) {
  return html`<${Card} title=${t('predict.mistakes')} hint=${t('predict.mistakesHint')}
      actions=${html`<${Button} icon="reset" onClick=${reload}>${t('predict.refresh')}<//>`}>
    ${mistakes.length
      ? html`<div class="gallery">${mistakes.map((one) => html`<${Mistake} key=${one.index} ...${one} isClass=${labels.length > 0} />`)}</div>`
      : html`<p class="note">${t('predict.noMistakes')}</p>`}<//>`;
}

function Mistake({ index, truth, predicted, probability, picture, text, isClass }) {
  const says = isClass
    ? t('predict.says', { label: predicted, probability: percent(probability, 0) })
    : t('predict.off', { label: predicted, distance: number(probability) });
  const is = t('predict.isReally', { label: truth });
  return html`<figure class="mistake" title=${'#' + index}>
    ${picture ? html`<${Picture} picture=${picture} size=${84} alt=${`${is}; ${says}`} />` : html`<code>${text}</code>`}
    <span>${is}</span><b>${says}</b></figure>`;
}
