import tseslint from 'typescript-eslint';

/** Imports point one way: schema ← packages/platform ← services, gateway ← infra (docs/architecture). */
const forbid = (group, message) => ({ group, message });
const noServiceImports = forbid(
  [
    '@tablekeep/policy',
    '@tablekeep/session',
    '@tablekeep/executor',
    '@tablekeep/retention',
    '@tablekeep/notification',
    '@tablekeep/gateway',
    '@tablekeep/embedded',
    '@tablekeep/prepare',
    '@tablekeep/cluster',
  ],
  'A service never imports another service: talk through events or the internal calls of schema.',
);
const noAws = forbid(
  [
    '@aws-sdk/client-backup',
    '@aws-sdk/client-dynamodb',
    '@aws-sdk/client-sts',
    '@aws-sdk/client-iam',
    '@aws-sdk/client-kms',
    '@aws-sdk/client-account',
  ],
  'Only services/executor/src/aws talks to AWS.',
);
const TESTS = [
  '**/*.test.ts',
  '**/test/**',
  '**/*.ci-test.ts',
  '**/*.cluster-test.ts',
  '**/*.chaos-test.ts',
  '**/*.crash-test.ts',
];

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      'schema/generated/**',
      '**/resolver-types.ts',
      'schema/events/**',
      'coverage/**',
      'data/**',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      complexity: ['error', 18],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: ['error', 'smart'],
    },
  },
  {
    files: ['**/src/**/*.ts'],
    ignores: [...TESTS, '**/main.ts', 'gateway/src/service.ts', 'packages/testkit/**', 'infra/end-to-end/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only main.ts is given the environment; configuration is parsed once.',
        },
      ],
    },
  },
  {
    files: ['**/domain/**/*.ts'],
    ignores: TESTS,
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time is an argument.' },
        { object: 'Math', property: 'random', message: 'Chance is an argument.' },
        { object: 'process', property: 'env', message: 'Configuration is an argument.' },
      ],
    },
  },
  {
    files: ['services/**/src/**/*.ts', 'packages/platform/src/**/*.ts'],
    ignores: TESTS,
    rules: { 'no-restricted-imports': ['error', { patterns: [noServiceImports, noAws] }] },
  },
  {
    files: ['services/executor/src/aws/**/*.ts'],
    ignores: TESTS,
    rules: { 'no-restricted-imports': ['error', { patterns: [noServiceImports] }] },
  },
  {
    files: ['gateway/src/**/*.ts'],
    ignores: TESTS,
    rules: { 'no-restricted-imports': ['error', { patterns: [noAws] }] },
  },
  {
    files: [...TESTS, 'packages/testkit/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', complexity: 'off' },
  },
  {
    files: [
      'tools/**/*.ts',
      'schema/generate.ts',
      'schema/publish.ts',
      'infra/embedded/src/demo/main.ts',
      '**/main.ts',
      'bench/**/*.ts',
    ],
    rules: { 'no-console': 'off' },
  },
);
