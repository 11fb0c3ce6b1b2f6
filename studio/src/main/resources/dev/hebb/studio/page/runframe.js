// What stands above each view of one run: its name, its state, the buttons that steer it, the tabs.
import { html, useEffect, useMemo, useRef, useState, Button, Failure, Loading, paced, Tabs, toast, useLoaded } from './ui.js';
import { addWords, t } from './i18n.js';
import { get, listen, post } from './api.js';
import { number } from './format.js';
import { isLive, State } from './runs.js';
import words from './views/run.i18n.js';

addWords(words);

/** The summary comes with each event; its numbers need not be read so often. */
const UPDATE_MS = 250;

/** Runs as they were seen last, so that going from one view to another does not flicker. */
const seen = new Map();

/**
 * The run with an id, kept up to date: {run, error, reload, lost}. listeners get the stream's other
 * events; open is called again after the connection was lost.
 */
export function useRun(id, listeners = {}) {
  const path = 'api/runs/' + encodeURIComponent(id);
  const loaded = useLoaded(() => get(path), [id]);
  const [lost, setLost] = useState(false);
  const newest = useRef({});
  const update = useMemo(
    () => paced(() => loaded.set((before) => before && { ...before, ...newest.current }), UPDATE_MS),
    [],
  );
  useEffect(
    () =>
      listen('api/events?run=' + encodeURIComponent(id), {
        ...listeners,
        open: (again) => {
          setLost(false);
          if (again) {
            loaded.reload();
            listeners.open?.(again);
          }
        },
        lost: () => setLost(true),
        run: (summary) => {
          newest.current = summary;
          update();
        },
        action: loaded.reload,
        warning: loaded.reload,
        ended: () => {
          loaded.reload();
          listeners.ended?.();
        },
      }),
    [id],
  );
  const run = loaded.data ?? seen.get(id);
  if (run) {
    seen.set(id, run);
  }
  return { run, error: loaded.error, reload: loaded.reload, lost };
}

/** The frame around a view of a run; live is what useRun gives. */
export function RunFrame({ id, tab, live, children }) {
  const { run, error, reload, lost } = live;
  useEffect(() => {
    const before = document.title;
    document.title = run ? `${run.name} · ${before}` : before;
    return () => (document.title = before);
  }, [run?.name]);
  if (!run) {
    return error ? html`<${Failure} text=${error.message} retry=${reload} />` : html`<${Loading} />`;
  }
  const base = '#/runs/' + encodeURIComponent(id);
  const tabs = [
    { href: base, label: t('run.charts') },
    { href: base + '/inside', label: t('run.inside') },
    { href: base + '/predict', label: t('run.predict') },
  ];
  return html`
    <div class="page-head run-head">
      <div class="row"><h1>${run.name}</h1><${State} state=${run.state} /><span class="note">${run.data}</span></div>
      ${isLive(run) && html`<${Steering} id=${id} run=${run} />`}
    </div>
    ${lost && html`<p class="badge warn" role="status">${t('run.lost')}</p>`}
    <${Tabs} label=${t('run.tabs')} tabs=${tabs} current=${base + tab} />
    ${children}`;
}

function Steering({ id, run }) {
  const [rate, setRate] = useState('');
  const control = (action, value) =>
    post(`api/runs/${encodeURIComponent(id)}/control`, value === undefined ? { action } : { action, value }).then(
      () => toast(t('run.done', { what: t('action.' + action, { value: number(value) }) })),
      (error) => toast(error.message),
    );
  const sendRate = (event) => {
    event.preventDefault();
    const value = Number(rate);
    if (value > 0 && Number.isFinite(value)) {
      control('learningRate', value);
      setRate('');
    } else {
      toast(t('run.rateWrong'));
    }
  };
  return html`<div class="row steering">
    ${run.state === 'paused'
      ? html`<${Button} kind="primary" icon="play" onClick=${() => control('resume')}>${t('run.resume')}<//>`
      : html`<${Button} kind="primary" icon="pause" onClick=${() => control('pause')}>${t('run.pause')}<//>`}
    <${Button} icon="save" onClick=${() => control('checkpoint')}>${t('run.checkpoint')}<//>
    <${Button} icon="stop" kind="danger" onClick=${() => confirm(t('run.stopSure')) && control('stop')}>${t('run.stop')}<//>
    <form class="row rate" onSubmit=${sendRate}>
      <input inputmode="decimal" size="9" aria-label=${t('run.rate')} placeholder=${t('run.rate')} value=${rate}
        onInput=${(event) => setRate(event.target.value)} />
      <button class="button" type="submit" disabled=${!rate}>${t('run.setRate')}</button>
    </form></div>`;
}
