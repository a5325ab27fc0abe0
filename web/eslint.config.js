import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'public', 'src/api/schema.d.ts'] },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  hooks.configs.flat.recommended,
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      'no-restricted-syntax': [
        'error',
        {
          // a date made here would follow the browser's clock and zone, the office follows the server's
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Ask the session for the server clock (session/clock.ts).',
        },
        {
          selector: 'JSXText[value=/[\\u4e00-\\u9fff]/]',
          message: 'Texts live in src/words.',
        },
        {
          selector: 'Literal[value=/[\\u4e00-\\u9fff]/]',
          message: 'Texts live in src/words.',
        },
      ],
    },
  },
  { files: ['**/*.test.ts', '**/*.test.tsx'], rules: { 'no-restricted-syntax': 'off' } },
);
