// The list of runs: search, select to compare, delete with undo.
import {
  html, useEffect, useRef, useState, Button, Card, Empty, Failure, Loading, Progress, TextField, toast, useLoaded,
} from '../ui.js';
import { addWords, t } from '../i18n.js';
import { get, listen, post, remove } from '../api.js';
import { ago, compact, duration, number } from '../format.js';
import { bestOf, isLive, nameOf, State } from '../runs.js';
import words from './runs.i18n.js';

addWords(words);

/** So long the keyboard rests before the search is sent. */
const TYPING_MS = 200;

export default function Runs() {
  const [typed, setTyped] = useState('');
  const search = useRested(typed);
  const [selected, setSelected] = useState([]);
  const known = useRef([]);
  const runs = useLoaded(() => get('api/runs?search=' + encodeURIComponent(search)), [search]);

  useEffect(
    () =>
      listen('api/events', {
        open: (again) => again && runs.reload(),
        run: (run) =>
          known.current.includes(run.id)
            ? runs.set(({ runs: all }) => ({ runs: all.map((one) => (one.id === run.id ? { ...one, ...run } : one)) }))
            : runs.reload(),
        ended: runs.reload,
      }),
    [],
  );

  if (!runs.data) {
    return runs.error ? html`<${Failure} text=${runs.error.message} retry=${runs.reload} />` : html`<${Loading} />`;
  }
  const list = runs.data.runs;
  known.current = list.map(({ id }) => id);
  const drop = async (run) => {
    try {
      await remove('api/runs/' + run.id);
      setSelected((all) => all.filter((id) => id !== run.id));
      runs.reload();
      toast(t('runs.deleted', { name: run.name }), {
        label: t('undo'),
        run: () => post(`api/runs/${run.id}/restore`).then(runs.reload, (error) => toast(error.message)),
      });
    } catch (error) {
      toast(error.message);
    }
  };
  const chosen = selected.filter((id) => list.some((run) => run.id === id));
  return html`
    <div class="page-head"><h1>${t('runs.title')}</h1>
      <div class="row">
        <${TextField} type="search" label=${t('runs.search')} hideLabel placeholder=${t('runs.searchHint')}
          value=${typed} onInput=${setTyped} />
        <${Button} icon="compare" kind=${chosen.length > 1 ? 'primary' : 'plain'} disabled=${chosen.length < 2}
          title=${t('runs.compareHint')}
          onClick=${() => (location.hash = '#/compare?ids=' + chosen.map(encodeURIComponent).join())}>
          ${t('runs.compare', { n: chosen.length || '' })}<//>
      </div></div>
    ${list.length
      ? html`<${Card} class="list"><${Table} runs=${list} selected=${chosen} select=${setSelected} drop=${drop} /><//>`
      : html`<${Nothing} search=${search} />`}`;
}

function Table({ runs, selected, select, drop }) {
  const flip = (id) => select(selected.includes(id) ? selected.filter((one) => one !== id) : [...selected, id]);
  return html`<table class="runs">
    <thead><tr><th></th><th>${t('runs.name')}</th><th>${t('runs.state')}</th><th>${t('runs.progress')}</th>
      <th class="right">${t('runs.loss')}</th><th class="right">${t('runs.best')}</th>
      <th class="right">${t('runs.parameters')}</th><th class="right">${t('runs.time')}</th>
      <th class="right">${t('runs.started')}</th><th></th></tr></thead>
    <tbody>${runs.map((run) => html`<${Row} key=${run.id} run=${run} chosen=${selected.includes(run.id)}
        flip=${() => flip(run.id)} drop=${() => drop(run)} />`)}</tbody></table>`;
}

function Row({ run, chosen, flip, drop }) {
  const best = bestOf(run);
  const progress = t('runs.epoch', run);
  return html`<tr data-run=${run.id} class=${chosen ? 'chosen' : ''}>
    <td class="pick"><input type="checkbox" aria-label=${t('runs.select', run)} checked=${chosen} onChange=${flip} /></td>
    <td class="name"><a href=${'#/runs/' + encodeURIComponent(run.id)}>${run.name}</a>
      <span class="note">${run.data}</span></td>
    <td><${State} state=${run.state} /></td>
    <td class="progress"><span class="note">${progress}</span>
      <${Progress} label=${progress} value=${run.step} max=${run.steps} /></td>
    <td class="right" data-label=${t('runs.loss')}>${number(run.last?.loss)}</td>
    <td class="right" data-label=${best ? nameOf(best[0]) : t('runs.best')}>
      ${best ? html`<span class="note wide">${nameOf(best[0])} </span>${number(best[1])}` : '–'}</td>
    <td class="right" data-label=${t('runs.parameters')}>${compact(run.parameters)}</td>
    <td class="right" data-label=${t('runs.time')}>${duration(run.seconds)}</td>
    <td class="right" data-label=${t('runs.started')}>${ago(run.started)}</td>
    <td class="pick"><${Button} kind="quiet" icon="trash" label=${t(isLive(run) ? 'runs.busy' : 'runs.delete', run)}
      disabled=${isLive(run)} onClick=${drop} /></td></tr>`;
}

function Nothing({ search }) {
  if (search) {
    return html`<${Empty} icon="search" title=${t('runs.nothing', { search })} />`;
  }
  return html`<${Empty} title=${t('runs.none')}>
    <p>${t('runs.noneText')}</p><pre>./hebb train digits --studio</pre>
    <p>${t('runs.noneProgram')}</p><pre>Trainer.of(net, loss, optimizer).with(studio())</pre><//>`;
}

function useRested(value) {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), TYPING_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
