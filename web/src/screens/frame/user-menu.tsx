import { DownOutlined, UserOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Button, Dropdown, type MenuProps } from 'antd';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { problemText } from '../../parts/problem-text';
import { actFor } from '../../session/acting';
import { signOutThere } from '../../session/provider';
import { signOut, useSession } from '../../session/session';
import { speak } from '../../words';
import styles from './user-menu.module.css';

/** Who is signed in, with which posts; language; sign-out. */
export function UserMenu() {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const { user, posts, from_provider: isFromProvider } = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const english = i18n.language === 'en';

  const leave = async () => {
    try {
      if (!isFromProvider) await signOut();
      else if (await signOutThere()) return;
    } catch (error) {
      const problem = asProblem(error);
      if (!problem.isSignedOut) return void message.error(problemText(t, problem));
    }
    await navigate({ to: '/sign-in' });
    actFor(null);
    client.clear();
  };

  const switchLanguage = async () => {
    await speak(english ? 'zh-CN' : 'en');
    // the server's sentences are in the language that they were asked in
    await client.invalidateQueries();
  };

  const items: MenuProps['items'] = [
    {
      key: 'posts',
      type: 'group',
      label: t('user.posts'),
      children: posts.map((post) => ({
        key: `${post.organisation.id} ${post.group}`,
        disabled: true,
        label: (
          <span className={styles.post}>
            {post.organisation.name}
            <small>{post.title || post.group_name}</small>
          </span>
        ),
      })),
    },
    { type: 'divider' },
    { key: 'account', label: t('account.title'), onClick: () => void navigate({ to: '/account' }) },
    { key: 'delegations', label: t('delegation.title'), onClick: () => void navigate({ to: '/delegations' }) },
    { key: 'language', label: t('user.language'), onClick: () => void switchLanguage() },
    { key: 'leave', label: t('user.sign_out'), onClick: () => void leave() },
  ];
  return (
    <div className={styles.place}>
      <Dropdown autoFocus menu={{ items }} trigger={['click']} placement="bottomRight">
        <Button type="text" icon={<UserOutlined />} aria-haspopup="menu" className={styles.button}>
          <span className={styles.name}>{user.name}</span>
          <DownOutlined className={styles.arrow} />
        </Button>
      </Dropdown>
    </div>
  );
}
