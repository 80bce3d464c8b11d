import { render } from 'preact';
import { App } from './app';
import './style/base.css';
import './style/parts.css';
import './style/pages.css';
import './style/notice.css';

const root = document.getElementById('console');
if (root) render(<App />, root);
