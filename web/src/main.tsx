import 'antd/dist/reset.css';
import 'virtual:tokens.css';
import './global.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { Providers } from './providers';
import { speak, storedLanguage } from './words';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

void speak(storedLanguage()).then(() => {
  createRoot(root).render(
    <StrictMode>
      <Providers />
    </StrictMode>,
  );
});
