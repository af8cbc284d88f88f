/** Maintenance, time travel and repair of lake tables, said with the rooms of one engine. */
import type * as api from '../api.ts';
import type { Rooms } from './rooms.ts';

export class Maintenance implements api.MaintenanceApi {
  constructor(readonly rooms: Rooms) {}
}
