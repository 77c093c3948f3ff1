export { importKeyring, KeyringError, openKeyring, rotateKeyring, type Keyring } from './keyring.ts';
