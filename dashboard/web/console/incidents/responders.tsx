import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActionDone } from '#contracts/dispatch-api.ts';
import { type AssignmentState, isActiveAssignment, movesOfAssignment } from '#contracts/facts/assignments.ts';
import type { Assignment, Incident } from '#contracts/incident.ts';
import type { MoveAssignmentRequest } from '#contracts/rest.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useAction } from '../../shared/rest/use-action.ts';
import { useMay } from '../page/use-may.ts';
import { respondersFirst, useRoleWords } from './people-order.ts';

type Move = MoveAssignmentRequest['to'];

/** What the desk may say of a responder next; one who said no is assigned anew. */
function nextMoves(state: AssignmentState): readonly Move[] {
  return isActiveAssignment(state) ? movesOfAssignment[state] : [];
}

/** Who was sent, where they are, and sending somebody. */
export function Responders({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const id = useId();
  const isOpen = incident.state !== 'resolved';
  const may = useMay();
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{t('detail.responders')}</h3>
      {incident.assignments.length === 0 && <p className="muted">{t('detail.nobody')}</p>}
      <ul className="responders">
        {incident.assignments.map((assignment) => (
          <Responder key={assignment.id} incident={incident.id} assignment={assignment} isOpen={isOpen} />
        ))}
      </ul>
      {isOpen && may.incident('assign', incident) && <AssignForm incident={incident} />}
    </section>
  );
}

interface ResponderProps {
  incident: string;
  assignment: Assignment;
  isOpen: boolean;
}

function Responder({ incident, assignment, isOpen }: ResponderProps) {
  const { t } = useTranslation();
  const { id, personName, state } = assignment;
  const may = useMay();
  const move = useAction<{ to: Move }, ActionDone>((body) => api.moveAssignment(incident, id, body));
  return (
    <li data-testid={`assignment-${id}`} data-state={state}>
      <span className="responders__name">
        <bdi>{personName}</bdi> <span className="mark">{t(`assignmentState.${state}`)}</span>
      </span>
      {isOpen && may.moveAssignment(assignment.person) && (
        <span className="responders__moves">
          {nextMoves(state).map((to) => (
            <Button key={to} disabled={move.isPending} onClick={() => move.mutate({ to })}>
              {t(`assignmentAct.${to}`)}
            </Button>
          ))}
        </span>
      )}
      <FailureWords failure={move.error} />
    </li>
  );
}

function AssignForm({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const id = useId();
  const people = useQuery({ queryKey: ['people'], queryFn: api.people });
  const [person, setPerson] = useState('');
  const assign = useAction<{ person: string }, ActionDone>(
    (body) => api.assign(incident.id, body),
    () => setPerson(''),
  );
  const roleWords = useRoleWords();
  const busy = new Set(
    incident.assignments
      .filter(({ state }) => nextMoves(state).length > 0)
      .map((assignment) => assignment.person),
  );
  const free = respondersFirst((people.data?.people ?? []).filter((one) => !busy.has(one.id)));
  return (
    <div className="inline-form">
      <label htmlFor={id}>{t('detail.assignPerson')}</label>
      <select id={id} className="select" value={person} onChange={(event) => setPerson(event.target.value)}>
        <option value="">{t('detail.choosePerson')}</option>
        {free.map((one) => (
          <option key={one.id} value={one.id}>
            {t('detail.personOption', { name: one.name, roles: roleWords(one.roles) })}
          </option>
        ))}
      </select>
      <Button type="primary" disabled={!person || assign.isPending} onClick={() => assign.mutate({ person })}>
        {t('detail.assign')}
      </Button>
      <FailureWords failure={people.error ?? assign.error} />
    </div>
  );
}
