// The page of a model server: one view to try the model.
import { start } from './app.js';
import { addWords } from './i18n.js';
import words from './views/serve.i18n.js';

addWords(words);

start({
  title: 'Hebb',
  home: '#/try',
  navigation: [{ href: '#/try', label: 'serve.nav', icon: 'model', under: ['#/try'] }],
  routes: [{ path: '/try', view: () => import('./views/serve.js') }],
});
