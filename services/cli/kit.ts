/**
 * The parts of the kit that every command needs. Not through its index: that loads the Kafka client and the servers,
 * half a second and more before `npx puebla token` could say anything. `doctor` alone loads all of it.
 */
export { clientSecrets } from '../kit/client-secrets.ts';
export { type Config, ConfigError, readConfig } from '../kit/config.ts';
export {
  DemoKeyError,
  defaultTokenSeconds,
  demoAudience,
  demoIssuer,
  maxTokenSeconds,
  mintToken,
} from '../kit/demo-keys.ts';
export { rotateSigningKeys } from '../kit/signing-keys.ts';
