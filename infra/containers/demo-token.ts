/**
 * `node demo-token.ts AGENCY`: a token of a demonstration agency, 15 minutes long, from inside a container that holds the
 * demonstration key. `puebla token` gives none where servers of its own are set, as they are in every container.
 */
import { demoAudience, demoIssuer, mintToken, readConfig } from '@puebla/kit';

const [agency = ''] = process.argv.slice(2);
const { home } = readConfig(process.env);
console.log(await mintToken({ home, agency, issuer: demoIssuer, audience: demoAudience }));
