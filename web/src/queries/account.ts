import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';

export const signInsQuery = queryOptions({
  queryKey: ['account', 'sign-ins'],
  queryFn: () => unwrap(api.GET('/api/v1/account/sign-ins')),
});

export const secondFactorQuery = queryOptions({
  queryKey: ['account', 'second-factor'],
  queryFn: () => unwrap(api.GET('/api/v1/account/second-factor')),
});

export type TokenWish = { name: string; scopes: ('read' | 'write' | 'admin')[]; expires_at: string };

export const account = {
  changePassword: (current: string, password: string) =>
    unwrap(api.POST('/api/v1/account/password', { body: { current, password } })),
  beginFactor: (password: string) =>
    unwrap(api.POST('/api/v1/account/second-factor', { body: { password } })),
  confirmFactor: (code: string) =>
    unwrap(api.POST('/api/v1/account/second-factor/confirm', { body: { code } })),
  renewCodes: (password: string, code: string) =>
    unwrap(api.POST('/api/v1/account/second-factor/recovery-codes', { body: { password, code } })),
  removeFactor: (password: string, code: string) =>
    unwrap(api.POST('/api/v1/account/second-factor/remove', { body: { password, code } })),
  end: (signInId: string) =>
    unwrap(
      api.DELETE('/api/v1/account/sign-ins/{sign_in_id}', {
        params: { path: { sign_in_id: signInId } },
      }),
    ),
  endOthers: () => unwrap(api.POST('/api/v1/account/sign-ins/revoke-others')),
  createToken: (wish: TokenWish) => unwrap(api.POST('/api/v1/tokens', { body: wish })),
};
