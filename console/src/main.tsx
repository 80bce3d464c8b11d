// Styles of all pages before those of single ones.
import './style/base.css';
import './style/parts.css';
import './style/data.css';
import './style/pages.css';
import './style/notice.css';
import { render } from 'preact';
import { App } from './app';

const root = document.getElementById('console');
if (root) render(<App />, root);
