// What all views are made of, Preact included.
import { html, useEffect, useRef, useState } from './html.js';
import { Icon } from './icons.js';
import { t } from './i18n.js';

export * from './html.js';
export { Icon };

let ids = 0;

/** An id that no other element has. */
export function useId() {
  const id = useRef(0);
  id.current ||= ++ids;
  return 'u' + id.current;
}

/** kind: plain, primary, danger or quiet. With label but no children it shows the icon alone. */
export function Button({ label, icon, kind = 'plain', pressed, disabled, onClick, children, ...rest }) {
  return html`<button type="button" class=${`button ${kind} ${children ? '' : 'square'}`} onClick=${onClick}
      disabled=${disabled} aria-pressed=${pressed} aria-label=${label} title=${children ? null : label} ...${rest}>
    ${icon && html`<${Icon} name=${icon} />`}${children && html`<span>${children}</span>`}</button>`;
}

/** options: values, or [value, text] pairs. */
export function Select({ label, value, options, onChange, disabled, hideLabel }) {
  return html`<label class="field"><span class=${hideLabel ? 'only-heard' : ''}>${label}</span>
    <select value=${value} disabled=${disabled} onChange=${(event) => onChange(event.target.value)}>
      ${pairs(options).map(([id, text]) => html`<option key=${id} value=${id} selected=${id === value}>${text}</option>`)}
    </select></label>`;
}

/** A choice without a visible label, in the frame of the page. */
export function Menu({ label, icon, value, options, onChange }) {
  return html`<label class="menu" title=${label}><${Icon} name=${icon} /><span class="only-heard">${label}</span>
    <select aria-label=${label} value=${value} onChange=${(event) => onChange(event.target.value)}>
      ${options.map(([id, text]) => html`<option key=${id} value=${id} selected=${id === value}>${text}</option>`)}
    </select></label>`;
}

/** shown gives the value as text; without it the value itself is shown. */
export function Slider({ label, value, min, max, step, onInput, shown = String, disabled }) {
  return html`<label class="field slider"><span>${label}<output>${shown(value)}</output></span>
    <input type="range" min=${min} max=${max} step=${step} value=${value} disabled=${disabled}
      aria-valuetext=${shown(value)} onInput=${(event) => onInput(Number(event.target.value))} /></label>`;
}

export function Toggle({ label, checked, onChange, disabled }) {
  return html`<label class="toggle"><input type="checkbox" role="switch" checked=${checked} disabled=${disabled}
      onChange=${(event) => onChange(event.target.checked)} /><span>${label}</span></label>`;
}

export function TextField({ label, value, onInput, hideLabel, type = 'text', ...rest }) {
  return html`<label class="field"><span class=${hideLabel ? 'only-heard' : ''}>${label}</span>
    <input type=${type} value=${value} onInput=${(event) => onInput(event.target.value)} ...${rest} /></label>`;
}

/** One of a few, side by side; options as for Select. */
export function Choice({ label, value, options, onChange }) {
  const name = useId();
  return html`<fieldset class="choice"><legend class="only-heard">${label}</legend>
    ${pairs(options).map(
      ([id, text]) => html`<label key=${id} class=${id === value ? 'chosen' : ''}>
        <input type="radio" name=${name} value=${id} checked=${id === value} onChange=${() => onChange(id)} />
        <span>${text}</span></label>`,
    )}</fieldset>`;
}

export function Card({ title, hint, actions, children, class: kind = '' }) {
  return html`<section class=${'card ' + kind}>
    ${(title || actions) &&
    html`<header><h2>${title}${hint && html`<${Hint} text=${hint} />`}</h2>
      ${actions && html`<div class="actions">${actions}</div>`}</header>`}
    ${children}</section>`;
}

/** tabs: {href, label}. */
export function Tabs({ label, tabs, current }) {
  return html`<nav class="tabs" aria-label=${label}>
    ${tabs.map(({ href, label: text }) => html`<a key=${href} href=${href}
        aria-current=${href === current ? 'page' : null}>${text}</a>`)}</nav>`;
}

/** A question mark that explains when it is pointed at or has the focus. */
export function Hint({ text }) {
  const id = useId();
  const bubble = useRef(null);
  const keepInside = () => {
    const box = bubble.current;
    box.style.setProperty('--shift', '0px');
    const { left, right } = box.getBoundingClientRect();
    const over = Math.max(0, right - document.documentElement.clientWidth + 8);
    box.style.setProperty('--shift', `${over > 0 ? -over : Math.max(0, 8 - left)}px`);
  };
  return html`<span class="hint" onPointerEnter=${keepInside} onFocusIn=${keepInside}>
    <button type="button" aria-label=${t('more')} aria-describedby=${id}>?</button>
    <span role="tooltip" id=${id} ref=${bubble}>${text}</span></span>`;
}

/** Shows its text when its child is pointed at or has the focus. */
export function Tooltip({ text, children }) {
  return html`<span class="tooltip" data-text=${text}>${children}</span>`;
}

/** A number with its name; id finds it in the page. */
export function Stat({ id, label, value, hint, children }) {
  return html`<div class="stat" data-stat=${id}><dt>${label}${hint && html`<${Hint} text=${hint} />`}</dt>
    <dd>${value}${children}</dd></div>`;
}

/** value and max make a share; label is heard, not seen. */
export function Progress({ value, max, label }) {
  return html`<progress aria-label=${label} value=${value} max=${max || 1}></progress>`;
}

/** What a place shows that has nothing to show yet. */
export function Empty({ title, icon = 'runs', children }) {
  return html`<div class="empty"><${Icon} name=${icon} size=${36} /><h2>${title}</h2><div>${children}</div></div>`;
}

export function Loading() {
  return html`<div class="loading" role="status"><span class="only-heard">${t('loading')}</span></div>`;
}

export function Failure({ text, retry }) {
  return html`<div class="empty failure" role="alert"><${Icon} name="warning" size=${32} />
    <h2>${t('failed')}</h2><p>${text === 'offline' ? t('offline') : text}</p>
    ${retry && html`<${Button} icon="reset" onClick=${retry}>${t('retry')}<//>`}</div>`;
}

/** What a promise gives: {data, error, reload, set}. It is asked again when one of inputs changes. */
export function useLoaded(load, inputs) {
  const [state, setState] = useState({});
  const [times, again] = useState(0);
  useEffect(() => {
    let alive = true;
    load().then(
      (data) => alive && setState({ data }),
      (error) => alive && setState((before) => ({ ...before, error })),
    );
    return () => (alive = false);
  }, [...inputs, times]);
  return {
    ...state,
    reload: () => again((n) => n + 1),
    set: (change) => setState((before) => ({ ...before, data: change(before.data) })),
  };
}

/** The width of an element in CSS pixels, followed as it changes: [ref, width]. */
export function useWidth() {
  const ref = useRef(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry.contentRect.width)));
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

/** Calls a function for many requests at once, at most every so many milliseconds and once a frame. */
export function paced(run, gap) {
  let waits = false;
  return () => {
    if (!waits) {
      waits = true;
      setTimeout(
        () =>
          requestAnimationFrame(() => {
            waits = false;
            run();
          }),
        gap,
      );
    }
  };
}

let showToast = () => {};

/** Says something at the edge of the page for a while, with an action if there is one: {label, run}. */
export function toast(text, action) {
  showToast({ id: ++ids, text: text === 'offline' ? t('offline') : text, action });
}

export function Toasts() {
  const [toasts, setToasts] = useState([]);
  const drop = (id) => setToasts((all) => all.filter((one) => one.id !== id));
  useEffect(() => {
    showToast = (one) => {
      setToasts((all) => [...all.slice(-2), one]);
      setTimeout(() => drop(one.id), one.action ? 12_000 : 5_000);
    };
  }, []);
  return html`<div class="toasts" role="status" aria-live="polite">
    ${toasts.map(({ id, text, action }) => html`<div key=${id} class="toast"><span>${text}</span>
      ${action &&
      html`<button type="button" onClick=${() => {
        drop(id);
        action.run();
      }}>${action.label}</button>`}
      <button type="button" aria-label=${t('close')} onClick=${() => drop(id)}><${Icon} name="close" size=${14} /></button>
    </div>`)}</div>`;
}

function pairs(options) {
  return options.map((option) => (Array.isArray(option) ? option : [option, option]));
}
