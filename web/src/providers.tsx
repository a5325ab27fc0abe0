import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App, ConfigProvider } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import { useTranslation } from 'react-i18next';

import { queries } from './query-client';
import { router } from './router';
import { theme } from './theme';

/** Everything a screen may rely on: server state, look, messages, addresses. */
export function Providers() {
  const { i18n } = useTranslation();
  return (
    <QueryClientProvider client={queries}>
      <ConfigProvider
        theme={theme}
        locale={i18n.language === 'en' ? undefined : zhCN}
        button={{ autoInsertSpace: false }}
      >
        <App component={false} message={{ maxCount: 2 }}>
          <RouterProvider router={router} />
        </App>
      </ConfigProvider>
    </QueryClientProvider>
  );
}
