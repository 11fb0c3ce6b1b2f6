// The studio's views and their addresses.
import { start } from './app.js';

start({
  title: 'Hebb Studio',
  home: '#/runs',
  navigation: [
    { href: '#/runs', label: 'nav.runs', icon: 'runs', under: ['#/runs', '#/compare'] },
    { href: '#/playground', label: 'nav.playground', icon: 'playground', under: ['#/playground'] },
    { href: '#/arithmetic', label: 'nav.arithmetic', icon: 'arithmetic', under: ['#/arithmetic'] },
  ],
  routes: [
    { path: '/runs', view: () => import('./views/runs.js') },
    { path: '/compare', view: () => import('./views/compare.js') },
    { path: '/runs/:id', view: () => import('./views/run.js') },
    { path: '/runs/:id/inside', view: () => import('./views/inside.js') },
    { path: '/runs/:id/predict', view: () => import('./views/predict.js') },
    { path: '/playground', view: () => import('./views/playground.js') },
    { path: '/arithmetic', view: () => import('./views/arithmetic.js') },
  ],
});
