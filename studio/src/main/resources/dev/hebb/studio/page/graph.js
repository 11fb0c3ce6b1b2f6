// The graph of layers: boxes in the order of the data, with the shapes between them.
import { html } from './ui.js';
import { t } from './i18n.js';
import { compact, grouped } from './format.js';

/**
 * layers: [{path, kind, text, in, out, parameters}]; the layers inside another have its path and a
 * dot before their own, and are drawn inside its box.
 */
export function Graph({ layers, chosen, choose }) {
  const most = Math.max(1, ...layers.map(({ parameters }) => parameters));
  const inside = (outer) => layers.filter((one) => parentOf(one, layers) === outer);
  const boxes = (outer) =>
    inside(outer).map((layer) => html`<${Box} key=${layer.path} layer=${layer} most=${most} chosen=${chosen}
      choose=${choose} inner=${boxes(layer)} />`);
  return html`<div class="graph scrolls" tabindex="0" role="group" aria-label=${t('inside.graph')}>
    <span class="shape first">${t('inside.input')}<b>${shape(layers[0]?.in)}</b></span>${boxes(undefined)}</div>`;
}

function Box({ layer, most, chosen, choose, inner }) {
  const { path, kind, text, out, parameters } = layer;
  const arrow = html`<span class="arrow" aria-hidden="true"></span>`;
  const face = html`<button type="button" class="layer" aria-pressed=${path === chosen} title=${text}
      data-layer=${path} onClick=${() => choose(path)}>
    <strong>${kind}</strong><code>${text}</code>
    <small>${parameters ? grouped(parameters) : '–'}</small>
    <i style=${{ width: (parameters ? 8 + 92 * Math.sqrt(parameters / most) : 0) + '%' }}></i></button>`;
  return html`${arrow}${inner.length
    ? html`<div class="nest"><span class="note">${kind} · ${compact(parameters)}</span><div class="inner">${inner}</div></div>`
    : face}
    ${arrow}<span class="shape"><b>${shape(out)}</b></span>`;
}

function parentOf(layer, layers) {
  return layers
    .filter((one) => layer.path !== one.path && layer.path.startsWith(one.path + '.'))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

export function shape(sizes) {
  return sizes?.length ? sizes.join('×') : '·';
}
