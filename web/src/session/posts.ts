import type { Session } from '../api/types';

/** Posts by which somebody answers to an Office: of a unit, its superior, a member unit, an organ. */
const ANSWERING = new Set([
  'unit_head',
  'unit_contact',
  'superior_dept',
  'local_party_gov',
  'government',
  'member_unit_liaison',
  'org_dept',
  'discipline_supervision',
  'judiciary',
  'enforcement_dept',
]);

/** The posts of this person that answer for an organisation; who has some arrives at 我单位. */
export function answeringPosts(session: Session): Session['posts'] {
  return session.posts.filter((post) => ANSWERING.has(post.group));
}
