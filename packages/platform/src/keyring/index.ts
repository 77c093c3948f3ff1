export {
  addToKeyring,
  importKeyring,
  KeyringError,
  noKeyring,
  openKeyring,
  openSharedKeyring,
  rotateKeyring,
  type Keyring,
} from './keyring.ts';
