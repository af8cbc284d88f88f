/** What is stored, and how it leaves and enters. */
import type * as api from '../api.ts';
import type { Rooms } from './rooms.ts';

export class Storage implements api.StorageApi {
  constructor(readonly rooms: Rooms) {}
}
