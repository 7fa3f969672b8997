-- Rule 2: who of the segment may be uploaded at all. Each person gets one standing, the first that
-- applies, so that the counts add up to the segment; `enters` says who gets an arm by it. plan.ts puts
-- a SELECT from `screened` behind it: of the people, or of their number. One query, so that PostgreSQL
-- works on it in parallel. What there is none of (`any_…`) costs next to nothing: the planner drops it.
WITH segment_people AS (
  /* the segment */
),
active_suppression AS NOT MATERIALIZED (
  SELECT customer_id, digest, more FROM suppression
  WHERE until IS NULL OR until > :now::timestamptz
),
suppressed_key AS (
  SELECT digest AS key FROM active_suppression WHERE digest IS NOT NULL
  UNION
  SELECT unnest(more) FROM active_suppression
),
suppressed AS (
  SELECT customer_id FROM active_suppression WHERE customer_id IS NOT NULL
  UNION
  -- Under every rule, since a suppression may be of a value that came hashed. A key begins with its
  -- kind and a domain has none, so that no kind is taken for another.
  SELECT i.customer_id
  FROM identity i /* of the scope */
  CROSS JOIN LATERAL unnest(
    i.email_plain || i.email_google || i.phone_e164 || i.phone_digits || i.email_domain
  ) AS carried (key)
  JOIN suppressed_key s ON s.key = carried.key
  WHERE :any_suppressed_key::boolean
),
answer AS (
  SELECT
    customer_id,
    bool_or(status = 'denied') AS denied,
    bool_or(status = 'granted' AND purpose = 'ad_user_data') AS ad_user_data,
    bool_or(status = 'granted' AND purpose = 'ad_personalization') AS ad_personalization
  FROM consent /* of the scope */
  GROUP BY customer_id
),
-- Other audiences that a person is on and that go before this one: of a sync of higher priority, or
-- of the same and there first.
occupied AS (
  SELECT
    there.customer_id,
    count(*) AS audiences,
    coalesce(bool_or(other.exclusive_group = own.exclusive_group), false) AS in_group
  FROM audience own_audience
  JOIN sync own ON own.id = own_audience.sync_id
  JOIN sync other
    ON other.id <> own.id
    AND other.priority <= own.priority
    AND (:max_audiences::int IS NOT NULL OR other.exclusive_group = own.exclusive_group)
  JOIN audience other_audience ON other_audience.sync_id = other.id
  JOIN membership there ON there.audience_id = other_audience.id AND there.keys <> '{}'
  LEFT JOIN membership here
    ON here.audience_id = own_audience.id
    AND here.customer_id = there.customer_id
    AND here.keys <> '{}'
  WHERE own_audience.id = :audience_id::uuid
    AND (
      other.priority < own.priority
      OR here.customer_id IS NULL
      OR (there.since, there.audience_id) < (here.since, here.audience_id)
    )
  GROUP BY there.customer_id
),
resting AS (
  SELECT DISTINCT customer_id FROM past_membership
  WHERE audience_id = :audience_id::uuid
    AND until > :now::timestamptz - :cool_down_days::int * interval '24 hours'
),
-- Those on the audience who bought since they are there.
bought AS (
  SELECT DISTINCT here.customer_id
  FROM membership here
  JOIN purchase ON purchase.customer_id = here.customer_id AND purchase.purchased_at > here.since
  WHERE here.audience_id = :audience_id::uuid AND here.keys <> '{}'
),
person AS (
  SELECT
    c.customer_id,
    c.country,
    i.us_state,
    (
      coalesce(CASE :email_rule::text
        WHEN 'email_plain' THEN i.email_plain[1 : :keys_per_kind::int]
        WHEN 'email_google' THEN i.email_google[1 : :keys_per_kind::int]
      END, '{}')
      || (coalesce(CASE :phone_rule::text
        WHEN 'phone_e164' THEN i.phone_e164[1 : :keys_per_kind::int]
        WHEN 'phone_digits' THEN i.phone_digits[1 : :keys_per_kind::int]
      END, '{}')
      -- In brackets from the right, so that the kinds that are not sent come to nothing once for all.
      || (coalesce(CASE :mobile_id_rule::text
        WHEN 'mobile_id_plain' THEN i.mobile_id_plain[1 : :keys_per_kind::int]
        WHEN 'mobile_id_hashed' THEN i.mobile_id_hashed[1 : :keys_per_kind::int]
      END, '{}')
      || (coalesce(CASE WHEN :x_handle_rule::text = 'x_handle' THEN i.x_handle[1 : :keys_per_kind::int] END, '{}')
      || (coalesce(CASE WHEN :x_id_rule::text = 'x_id' THEN i.x_id[1 : :keys_per_kind::int] END, '{}')
      || (coalesce(CASE WHEN :external_id_rule::text = 'external_id' THEN i.external_id[1 : :keys_per_kind::int] END, '{}')
      || coalesce(CASE WHEN :profile_rule::text = 'address_google' THEN i.address_google[1 : :keys_per_kind::int] END, '{}'))))))
    )[1 : :keys_per_member::int] AS keys,
    CASE WHEN :profile_rule::text = 'profile_meta' THEN i.profile_meta END AS profile
  FROM segment_people s /* of the scope */
  JOIN customer c ON c.customer_id = s.customer_id
  LEFT JOIN identity i ON i.customer_id = c.customer_id
  -- Without effect but one: what is computed here is computed once.
  OFFSET '0'
),
standing_of AS (
  SELECT
    p.customer_id,
    p.keys,
    p.profile,
    coalesce(a.ad_user_data, false) AS ad_user_data,
    coalesce(a.ad_personalization, false) AS ad_personalization,
    CASE
      WHEN p.country = 'US'
        AND NOT coalesce(a.ad_personalization, false)
        AND cardinality(:limited_use_states::text[]) > 0
        -- Where the state is not known, the platform is to find it.
        AND (:limited_use_everywhere::boolean OR p.us_state IS NULL OR p.us_state = ANY (:limited_use_states::text[]))
        THEN coalesce((:limited_use_numbers::int[])[array_position(:limited_use_states::text[], p.us_state)], 0)
    END AS limited_use_state,
    CASE
      WHEN e.customer_id IS NOT NULL THEN 'erased'
      -- Of somebody on a list counts first whether they said no: the keys that they had are there.
      WHEN p.keys = '{}' AND NOT :no_first::boolean THEN 'unreachable'
      WHEN a.denied THEN 'no_consent'
      WHEN NOT (coalesce(a.ad_user_data, false) AND coalesce(a.ad_personalization, false))
        AND (
          coalesce(p.country = ANY (:deny_countries::text[]), false)
          OR (:deny_elsewhere::boolean AND NOT coalesce(p.country = ANY (:allow_countries::text[]), false))
        )
        THEN 'no_consent'
      WHEN s.customer_id IS NOT NULL THEN 'suppressed'
      WHEN b.customer_id IS NOT NULL THEN 'purchased'
      WHEN here.since <= :now::timestamptz - :max_days::int * interval '24 hours' THEN 'time_up'
      WHEN here.customer_id IS NULL AND r.customer_id IS NOT NULL THEN 'cooling_down'
      WHEN o.in_group THEN 'in_group'
      WHEN o.audiences >= :max_audiences::int THEN 'enough_audiences'
      WHEN :any_global_holdout::boolean
        AND sha256(convert_to(:global_salt::text || ':' || p.customer_id, 'UTF8')) < :global_below::bytea
        THEN 'held_out_global'
      ELSE 'eligible'
    END AS standing,
    arm.customer_id IS NULL AS has_no_arm,
    -- Whoever has an arm keeps it. Digests are compared as bytes: arm_fraction below the share.
    CASE
      WHEN arm.customer_id IS NOT NULL THEN arm.arm = 'control'
      WHEN NOT :any_holdout::boolean THEN false
      ELSE sha256(convert_to(:salt::text || ':' || p.customer_id, 'UTF8')) < :below::bytea
    END AS is_control
  FROM person p
  LEFT JOIN answer a ON :any_consent::boolean AND a.customer_id = p.customer_id
  LEFT JOIN suppressed s ON :any_suppression::boolean AND s.customer_id = p.customer_id
  LEFT JOIN erasure e ON e.customer_id = p.customer_id
  LEFT JOIN occupied o ON :any_occupied::boolean AND o.customer_id = p.customer_id
  LEFT JOIN resting r ON r.customer_id = p.customer_id
  LEFT JOIN bought b ON :leave_on_purchase::boolean AND b.customer_id = p.customer_id
  LEFT JOIN membership here
    ON :any_contact::boolean
    AND here.audience_id = :audience_id::uuid
    AND here.customer_id = p.customer_id
    AND here.keys <> '{}'
  LEFT JOIN assignment arm
    ON :any_arm::boolean
    AND arm.sync_id = :sync_id::uuid
    AND arm.customer_id = p.customer_id
  OFFSET '0'
),
screened AS (
  SELECT
    customer_id,
    keys,
    profile,
    ad_user_data,
    ad_personalization,
    limited_use_state,
    CASE WHEN standing = 'eligible' AND is_control THEN 'held_out' ELSE standing END AS standing,
    standing = 'eligible' AND has_no_arm AS enters
  FROM standing_of
  OFFSET '0'
)
