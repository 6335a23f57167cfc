import { render } from 'preact';
import { App } from './app.tsx';
import { preferredLanguage, useLanguage } from './core/language.ts';
import { loadSession } from './core/session.ts';
import { showTheme } from './core/theme.ts';

showTheme();
await Promise.all([useLanguage(preferredLanguage()), loadSession()]);
const place = document.getElementById('app');
if (place !== null) render(<App />, place);
