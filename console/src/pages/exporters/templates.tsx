import { useState } from 'preact/hooks';
import { get } from '../../api/client';
import { useData } from '../../api/data';
import type { Template, TemplateField } from '../../api/exporters';
import type { PageOf } from '../../api/types';
import { count, plural } from '../../ui/numbers';
import { Failure, Tag, Time, Waiting } from '../../ui/parts';
import { protocolOf } from './panel';

const MOST = 200;

/** What an exporter's records hold, by the names of their elements; asked for when somebody wants to see it. */
export function Templates(props: { exporter: string; number: number }) {
  const [isOpen, setOpen] = useState(false);
  if (props.number === 0) return <section><h3>Templates</h3><p class="faint">None: NetFlow v5 has no templates.</p></section>;
  return (
    <section>
      <h3>Templates</h3>
      <details onToggle={event => setOpen(event.currentTarget.open)}>
        <summary>{plural(props.number, 'template')} by the names of their elements</summary>
        {isOpen && <TemplateList exporter={props.exporter} />}
      </details>
    </section>
  );
}

function TemplateList({ exporter }: { exporter: string }) {
  const { data, error, reload } = useData(`templates ${exporter}`, signal => get<PageOf<Template>>('templates', { exporter, limit: MOST }, signal));
  if (error) return <Failure error={error} retry={reload} />;
  if (data === null) return <Waiting />;
  const inOrder = [...data.items].sort((one, other) => rank(one) - rank(other) || other.data_records - one.data_records);
  return (
    <>
      {inOrder.map(template => (
        <details class="template" key={`${template.version} ${template.observation_domain_id} ${template.template_id} ${template.exporter_port} ${template.collector_port}`}>
          <summary>
            <strong>{template.template_id}</strong> {protocolOf(template.version)}{template.options ? ', options' : ''}, domain {template.observation_domain_id}
            <span class="faint"> {plural(template.data_records, 'record')}, <Time at={template.last_received} /></span>
            {template.in_doubt && <Tag tone="warn">in doubt</Tag>}
            {template.rivals.length > 0 && <Tag tone="warn">contested</Tag>}
          </summary>
          {template.in_doubt && <p class="doubt">Its id was redefined by a record that cannot be used. Records wait for the next definition that can.</p>}
          <Fields fields={template.fields} />
          {template.rivals.map(rival => (
            <div class="rival"><p class="doubt">Another layout came under the same id; {plural(rival.sets, 'set')} fitted it alone, {plural(rival.data_records, 'record')}.</p>
              <Fields fields={rival.fields} /></div>))}
        </details>))}
      {data.next !== undefined && <p class="faint">The first {count(MOST)}; the API has all.</p>}
    </>
  );
}

function rank(template: Template): number {
  return template.in_doubt || template.rivals.length > 0 ? 0 : template.options ? 2 : 1;
}

function Fields({ fields }: { fields: readonly TemplateField[] }) {
  return (
    <ul class="fields">{fields.map(field => (
      <li title={`element ${field.element_id}${field.enterprise_number === 0 ? '' : ` of enterprise ${field.enterprise_number}`}, ${field.length === 65_535 ? 'of variable length' : plural(field.length, 'octet')}`}>
        <bdi>{field.name}</bdi>{field.scope && <span class="faint"> scope</span>}</li>))}</ul>
  );
}
