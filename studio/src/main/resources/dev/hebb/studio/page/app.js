// The page's frame: navigation, language, theme, and the view that the address names.
import { html, render, useEffect, useState, Icon, Loading, Failure, Menu, Toasts } from './ui.js';
import { t, language, languages, setLanguage, onLanguage } from './i18n.js';
import { theme, themes, setTheme, onTheme } from './look.js';

/**
 * Shows an application in the page.
 *
 * title: text of the window; home: where an empty address leads; navigation: {href, label, icon,
 * under}; routes: {path, view}, where view loads a module whose default export is a component that
 * gets {params, query}.
 */
export function start({ title, home, navigation, routes }) {
  render(
    html`<${Shell} title=${title} home=${home} navigation=${navigation} routes=${routes} />`,
    document.getElementById('app'),
  );
}

function Shell({ title, home, navigation, routes }) {
  const address = useAddress(home);
  const [, redraw] = useState(0);
  useEffect(() => onLanguage(() => redraw((n) => n + 1)), []);
  useEffect(() => onTheme(() => redraw((n) => n + 1)), []);
  useEffect(() => {
    document.documentElement.lang = language() === 'zh' ? 'zh-CN' : 'en';
  });
  return html`
    <a class="skip" href=${address.hash} onClick=${skipToMain}>${t('skip')}</a>
    <header class="side">
      <a class="brand" href=${home}><img src="icon.svg" alt="" width="28" height="28" /><span>${title}</span></a>
      <nav aria-label=${t('nav.main')}>
        ${navigation.map((item) => html`<${NavLink} key=${item.href} item=${item} address=${address} />`)}
      </nav>
      <div class="prefs">
        <${Menu} label=${t('language')} icon="language" value=${language()} options=${languages} onChange=${setLanguage} />
        <${Menu} label=${t('theme')} icon="theme" value=${theme()}
          options=${themes.map((name) => [name, t('theme.' + name)])} onChange=${setTheme} />
      </div>
    </header>
    <main id="main" tabindex="-1" data-view=${address.path}><${View} key=${address.path} address=${address} routes=${routes} /></main>
    <${Toasts} />`;
}

function NavLink({ item, address }) {
  const here = item.under.some((start) => address.hash.startsWith(start));
  return html`<a href=${item.href} aria-current=${here ? 'page' : null}>
    <${Icon} name=${item.icon} /><span>${t(item.label)}</span></a>`;
}

function View({ address, routes }) {
  const [state, setState] = useState({});
  const match = find(routes, address.path);
  useEffect(() => {
    let alive = true;
    match?.route
      .view()
      .then((module) => alive && setState({ view: module.default }))
      .catch((error) => alive && setState({ error }));
    return () => (alive = false);
  }, [address.path]);
  if (!match) {
    return html`<${Failure} text=${t('page.missing')} />`;
  }
  if (state.error) {
    return html`<${Failure} text=${state.error.message} />`;
  }
  return state.view
    ? html`<${state.view} params=${match.params} query=${address.query} />`
    : html`<${Loading} />`;
}

function skipToMain(event) {
  event.preventDefault();
  document.getElementById('main').focus();
}

function useAddress(home) {
  const [address, setAddress] = useState(() => read(home));
  useEffect(() => {
    const follow = () => {
      setAddress((before) => {
        const now = read(home);
        if (now.path !== before.path) {
          window.scrollTo(0, 0);
        }
        return now;
      });
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return address;
}

function read(home) {
  const hash = location.hash.length > 1 ? location.hash : home;
  const [path, query] = hash.slice(1).split('?');
  return { hash, path, query: Object.fromEntries(new URLSearchParams(query)) };
}

function find(routes, path) {
  for (const route of routes) {
    const params = match(route.path, path);
    if (params) {
      return { route, params };
    }
  }
  return undefined;
}

function match(pattern, path) {
  const want = pattern.split('/');
  const have = path.split('/');
  if (want.length !== have.length) {
    return undefined;
  }
  const params = {};
  for (let i = 0; i < want.length; i++) {
    if (want[i].startsWith(':')) {
      params[want[i].slice(1)] = decodeURIComponent(have[i]);
    } else if (want[i] !== have[i]) {
      return undefined;
    }
  }
  return params;
}
