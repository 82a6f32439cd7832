import js from '@eslint/js'
import globals from 'globals'

export default [
  { ignores: ['node_modules/', '.venv/', 'build/', 'output/', 'fit-ad-output/'] },
  js.configs.recommended,
  { files: ['js/**'], languageOptions: { globals: globals.browser } },
  { files: ['tests/**', '*.mjs'], languageOptions: { globals: globals.node } },
  {
    files: ['js/lib/**'],
    languageOptions: { globals: {} },
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['../*', '!./*'], message: 'js/lib imports only js/lib.' }] }] },
  },
  {
    files: ['js/**'],
    rules: {
      'no-restricted-properties': ['error', { property: 'innerHTML', message: 'Use textContent and createElement.' }],
    },
  },
]
